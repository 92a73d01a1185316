"""Given names as data: which ones stand for one person, and which ones are names of their own; `names` reads it.

Written by hand for bulk_io, without accents. One line of a table is one given name with its spellings and short
forms: two words of one line may be one person, in whatever language. A short form may stand in several lines (Alex),
which does not make Alexandre and Alexandra one. A masculine and a feminine form never share a line.
"""

from __future__ import annotations

_ENGLISH = """
abigail abby gail
abraham abe bram
albert al bert bertie
alexander alexandre alex al sandy sasha xander lex
alexandra alex sandra sandy sasha lexi
alfred alf alfie fred
alison allison alyson ali allie
amanda mandy
amelia amy millie
andrew andy drew
angela angie ange
anthony antony tony ant
arthur art artie
barbara barb babs barbie
benedict ben benny
benjamin ben benny benji benjy
bernard bernie
beverly beverley bev
bradley brad
brian bryan
calvin cal
cameron cam
carolyn caroline carol carrie caro
cassandra cassie cass
catherine katherine kathryn katharine cathryn cathy kathy kate katie katy cath kath kat kit kitty cat
charles charlie chuck chas chip
charlotte charlie lottie char
chester chet
christian chris
christina cristina kristina christine christy chrissy chris tina kristy
christopher kristopher christoffer chris kit topher kris
clifford cliff
clinton clint
constance connie
curtis curt kurt
cynthia cindy
daniel dan danny dani
danielle daniella dani danni dany
david dave davey davy
deborah debra debora debbie deb debby
dennis denis denny
derek derrick
dolores lola
donald don donnie
dorothy dot dottie dolly dorothea
douglas doug
edgar ed
edmund edmond ed eddie ned
edward ed eddie ted teddy ned
edwin ed eddie
eleanor elinor ellie nell nora
elizabeth elisabeth liz lizzie beth betty eliza lisa elsie bess libby betsy lilibeth
emily em emmy millie
emma em
eugene gene
evelyn eve evie
ezekiel zeke
florence flo flossie
frances fran franny frankie
francis frank frankie
franklin frank
frederick frederic fredrick fred freddie freddy
gabriel gabe
geoffrey jeffrey jeffery geoff jeff
gerald gerry jerry
gerard gerry
gilbert gil bert
gregory greg gregg
gwendolyn gwen
harold harry hal
harriet hattie
helen nell lena
henry harry hank hal
herbert herb bert
howard howie
isaac ike zac
isabella isabel isabelle bella izzy belle
jacob jake
jacqueline jackie jacqui
james jim jimmy jamie jem
jane janie
janet jan
jason jay
jean jeanie
jennifer jen jenny jenna
jeremiah jerry jem
jeremy jerry jem
jerome jerry
jessica jess jessie
jessie jesse
joan joanie
joanna joanne johanna jo joey
john jon jack johnny johnnie
jonathan jonathon johnathan jon jonny
joseph joe joey jo
josephine jo josie fifi
joshua josh
judith judy judi
julia jules
julian jules
katelyn caitlin kaitlyn kate
kenneth ken kenny
kimberly kimberley kim
lawrence larry
leonard leo len lenny
leslie lesley les
lillian lilian lily lil
louis lewis lou louie
louise lou
lucas luke luc
lucy lucie lou
madeline madeleine maddie maddy
margaret maggie meg peggy marge margie greta rita daisy
marjorie marge margie
martha marty patty
martin marty mart
mary molly polly mae mamie
matilda tilda tilly
matthew mathew matt
maurice morris mo
maxwell max
megan meghan meg
melanie mel
melissa mel missy lissa
melvin mel
michael micheal mike mick mickey mikey micky mickael mikael mischa
michelle michele shelly shelley
mildred millie
mitchell mitch
mohammed mohamed muhammad mohammad mouhamed mohamad mouhammad mehmed mo moha md
nancy nan
natalie nathalie nat
natasha tasha nat
nathan nat nate
nathaniel nathan nat nate
nicholas nicolas nikolas nick nicky nico klaus
nicole nicky nikki
norman norm
oliver ollie
olivia liv livvy
oscar oskar ossie
pamela pam pammy
patricia pat patty patsy tricia trish patti
patrick pat paddy rick
penelope penny
peter pete
philip phillip philippe philipp phil
phyllis phyl
priscilla cilla
rachel rachael rae
randolph randall randy
raymond ray
rebecca rebekah becky becca
reginald reg reggie
richard rick dick rich richie ricky dickie
robert bob rob bobby robbie bert robin
roberta bobbie
roderick rod roddy
rodney rod
roger rog
roland rollo
ronald ron ronnie
rosemary rose rosie
rudolph rudy
russell russ
samantha sam sammy
samuel sam sammy
sandra sandy
sarah sara sally sadie
sean shaun shawn
sharon shari
sidney sydney sid
solomon sol
spencer spence
stanley stan
stephanie steph stevie
stephen steven steve stevie
stuart stewart stu
susan suzanne susanne susannah sue susie suzie suzy
sylvester sly
terence terrence terry
teresa theresa terry tess tessa tracy
theodore ted teddy theo
thomas tomas tom tommy
timothy tim timmy
tobias toby
valerie val
veronica ronnie vera
victor vic
victoria vicky vicki tori vic
vincent vince vinny vin
virginia ginny ginger
vivian viv
walter walt wally
warren ren
wesley wes
wilfred wilf fred
william bill will billy liam willy willie wm
winifred winnie freda
winston win
zachary zac zach zack
junior jr
senior snr
"""

_FRENCH = """
adrien adrian adri
agathe aga
alain allain
alexandra alex sandra
alexandre alex sacha alexander
alexis alex
anne-marie annemarie
antoine tony toine titoine anto
antoinette toinette nettie
aurelie lili
aurelien aurel
baptiste bat batiste
bastien bast
beatrice bea
benjamin ben benji
benoit ben beno
bernadette nadette dette
bernard nanard
brigitte bri
camille cam
carine karine
caroline caro
catherine cathy kathy katy cath
celine celin
charles charlie charly
christel christelle chris cricri
christiane chris
christine chris cricri
christophe chris tophe christof
clemence clem
clement clem
corinne coco
cyril cyrille cyr
daniel dan dany
danielle daniele dany
delphine del
didier didi
dominique dom domi
dorothee doro
edouard ed edou
eleonore leo nora
elisabeth babette babeth lisbeth zabeth elise
elodie elo
emmanuel emanuel manu
emmanuelle emanuelle manu
eric erik erick
estelle stella
etienne steph
eugenie nini
fabien fab
fabienne fab
fabrice fab
fatima fatma fatoumata fatou fati
felicien feli
ferdinand ferdi nando
florence flo
florent flo
florian flo
franck frank
francois fanfan fanch
francoise fanfan soizic
frederic fred fredo frederick
frederique fred
gabriel gab gaby
gabrielle gaby gab
genevieve gene ginette
geoffroy geoffrey jeff geof
georges george jojo geo
gerard gege
gilles gil
gregoire greg
gregory greg
guillaume guigui will
helene leni
henri henry riton
herve rv
ibrahim ibrahima ibra brahim
isabelle isabel isa zaza babelle
jacqueline jacky jackie
jacques jacky jacquot jack
jean jeannot
jean-baptiste jb
jeanne jeannette
jerome jej
joel jo
joelle jo
joseph jo jojo zef
josephine jo josie fifi
josiane josy
julie juju
julien juju
juliette juju
laetitia leti titia laeti
laurence lolo
laurent lolo
leon leo
leonard leo
loic loik loick
louis loulou
louise lou loulou
lucie lulu
lucien lulu
ludovic ludo
madeleine mado mad madelon
marc mark
margot margaux
marguerite margot margaux rita
marie mimi
marie-laure malo
martine titine
mathieu matthieu mat matt mathieux
mathilde mathou
maxence max
maxime max
maximilien max
mehdi medhi
michel mich michou mimi
mickael mick mika mike michael mikael
mohamed momo
monique momo nini
muriel mumu
nathalie nath nat natalie
nicolas nico
nicole nini
oceane oce
odile dodo
olivier oliv olive oli
pascal pasco
patrice pat
patricia pat patou
patrick pat patou patric
philippe phil filou
pierre pierrot
quentin quent
raphael rafael raph raf
raphaelle raph
raymond momo
remi remy
robert bob bebert rob
rodolphe rodo
romain rom
sabrina sab
samuel sam
sandrine sand
sebastien seb bastien bast sebastian
simone momone
solene solenne
sophie soso sof
stephane steph stef stefane stephan
stephanie steph stef fanny
suzanne suzon suzy
sylvain syl
sylvie syl
theodore theo
theophile theo
thibault thibaut thibaud thib tibo
thierry titi
thomas tom toto
timothee tim timo
valentin val
valentine val
valerie val
veronique vero
victor vic totor
victoria vic vicky
vincent vince vinz
virginie virg nini
xavier xav
yann yan
yannick yanick yan
yasmine jasmine yas
yoann yoan johan yohan yohann johann
youssef yousef yusuf yousouf joseph
zacharie zac zach
"""

_GERMAN = """
alexander alex sascha xander
andreas andi andy andre
angelika geli angelica
anneliese anneli liesel
annette anett
anton toni
barbara barbel babsi
benjamin ben benni
bernhard bernd
bernd bernt
birgit biggi gitte
brigitte gitte biggi
carsten karsten
christian chris chrisi kristian
christoph christof chris stoffel
christiane christiana chrissi chris
claudia klaudia
daniela dani
detlef detlev
dietrich dieter dietz
eberhard ebi
eduard edi
elisabeth lisa lisbeth liesl sissi elli betty else elsbeth liesel lisl sisi
ernst erni
eva evi
ferdinand ferdi
florian flo
franz franzl
franziska franzi ziska
friederike rike fritzi
friedrich fritz fred friedl
gabriele gabi gaby
georg schorsch jorg
gerhard gerd gert
gertrud trude traudl trudi gerti
gunter gunther guenter guenther
hannelore hanne lore
heinrich heinz heiner heini hein
helga hella
helmut helmuth
hermann herman
hildegard hilde hilda
ignaz naz
ilse ilsa
ingeborg inge
ingrid inga
jakob jacob jockel
joachim jochen achim jo hajo
johanna hanna hanni jo
johannes johann hans hannes jo hansi
josef joseph sepp jupp beppi seppl jo
josefine fini josephine
jurgen jorg jurg
karl carl kalle charly
karlheinz kalle
karoline caroline karo line caro
katharina katarina catharina kathi kathe katrin kathrin kati katja rina
klaus claus
konrad conrad conny
konstantin constantin kosta
kristina christina kris
kurt curt
leonhard leo hartl leonard
leopold leo poldi
lothar lothi
ludwig lutz wiggerl
magdalena lena leni magda
helena lena leni
manfred manni fred
margarete margarethe margret grete gretel gretl greta margit
markus marcus
marlene lene marlen
matthaus mattheus
matthias mathias matze hias matthi
maximilian max maxi
melanie mel melli
michael michi micha mike
monika moni monica
nikolaus klaus niko claus nikola
norbert bert
otto otti
petra peti
philipp philip phil lipp
rainer reiner
regina gina regine
reinhard reini hardy
reinhold reini
renate nate reni
rosemarie rosi romy
rudolf rudi rolf
ruprecht rupert
sabine bine
sebastian basti wastl
siegfried sigi siggi
sigmund siggi
stefan stephan steff steffen
stefanie stephanie steffi
susanne susi sanne susanna
theodor theo
theresia theresa resi thea
thomas tom tommy
thorsten torsten
ulrich uli ulli
ulrike ulli uli rike
ursula uschi ulla ursel
veronika vroni veronica
viktor victor
viktoria victoria vicky
volker volkmar
walter walther walti
werner verner
wilhelm willi willy helm
wilhelmine minna mina
wolfgang wolf wolfi
yvonne ivonne
"""

_SPANISH = """
alberto beto berto
alejandra alex ale jandra
alejandro alex ale jandro
alfonso alfon poncho
alfredo fredo
alicia ali
ana anita
antonia tonia toni
antonio tono toni tonio tony
beatriz bea betty
carlos carlitos charly
carmen carmela carmina menchu
carolina caro
catalina cata
cayetano tano
concepcion concha conchita conchi
consuelo chelo
cristina cris
cristobal tobal
daniel dani
daniela dani
diego dieguito
dolores lola loli
eduardo edu lalo
emilio milo
encarnacion encarna
enrique quique kike
esperanza espe
federico fede
felipe pipe
fernanda fer nanda
fernando fer nando
francisca paca paqui fran
francisco paco pancho curro fran kiko paquito frasco
gabriel gabi
gabriela gabi
gerardo gera
gonzalo gonza
graciela chela
gregorio goyo
guadalupe lupe lupita
guillermo guille memo willy
gustavo tavo gus
hector tito
ignacio nacho
inmaculada inma
isabel isa chabela
jacobo cobo
jaime jaimito
javier javi xavier xavi
jesus chus chuy
joaquin quino
jordi jorge
jorge coque
jose pepe chepe pepito
josefa pepa pepita fina
josefina pepa fina
juan juanito
julian juli
leonardo leo
leticia leti
lorenzo loren
lourdes lurdes luli
lucia luci
luis lucho luisito
manuel manolo manu lolo manolito
manuela manoli manu
margarita marga rita
maria mari mariquita
mariano nano
mario mayito
martin tincho
mateo teo
maximiliano maxi max
mercedes merche meche
miguel migue
monica moni
natalia nati naty
nicolas nico
pablo pablito
patricia patri paty pati
pedro pedrito perico
pilar pili
rafael rafa
ramon moncho
raquel raqui
ricardo richi ricky
roberto beto rober berto tito
rodrigo rodri
rosario charo
salvador salva
santiago santi chago
sebastian seba sebas
sergio checho
silvia silvi
sofia sofi
soledad sole
susana susi
teodoro teo
teresa tere teresita
tomas tomi
valentina vale
veronica vero
vicente chente
victoria vicky
yolanda yoli
"""

_ITALIAN = """
agostino tino
alberto berto
alessandra sandra ale alex
alessandro sandro ale alex
alessio ale
andrea andre
angela angi
annamaria annamari
antonella anto nella
antonio tonino toni nino totonno tony
bartolomeo bartolo meo
benedetta bene
bernardo dino
camilla cami
caterina cate katia rina
chiara chia
claudio clau
cristina cri
cristiano cri
daniele dani
domenico mimmo menico mimi
elena ele
eleonora nora ele
elisabetta betta lisa betty
emanuele lele manu emmanuele
enrico rico chicco
fabio fab
federica fede
federico fede chicco
ferdinando nando
filippo pippo
francesca fra franci checca
francesco fra checco cecco ciccio
gabriele lele gabri
gaetano tano
giacomo jack giaco mino
gianluca luca gian
gianluigi gigi
giorgio giorgi
giovanni gianni vanni nanni gian
giulia giuli
giuseppe beppe peppe pino peppino bepi beppino
giuseppina pina giusy beppina pinuccia
ilaria ila
leonardo leo nardo
lorenzo renzo enzo lollo
luigi gigi gino luigino
luigia gina
marco marcolino
margherita rita marghe
martina marti
massimiliano max massi
massimo max massi
matteo teo matte
mattia matti
maurizio mauri
michele miki michi
niccolo nicolo nico nicco
nicola nico
pasquale lino
raffaele lello raf raffa
raffaella lella raffa
riccardo ricky richi rico
roberto berto robi roby
salvatore salvo toto turi
serena sere
sergio sergi
silvio silvi
simone simo
stefania stefi
stefano ste stef
tommaso tommi masino tom
valentina vale
valerio vale
vincenzo enzo vince cenzo
vincenza enza
vittorio vito vitto
"""

_DUTCH = """
adriaan adrianus adri ad arjan aad adrian
adriana adrie jana
albertus albert bert ab appie
antonius anton antoon toon ton teun tonnie
bartholomeus bart
bernardus bernard ben
catharina katharina toos trijntje ina cato tiny rina karin
christiaan chris christian
cornelia corrie cor nel lia nelly
cornelis cees kees cor corne
diederik dirk
elisabeth els bep lies betsy liesbeth elly bets
franciscus frans cis sus
frederik freek fred frits
gerardus gerard gerrit geert ger
gijsbert gijsbertus gijs bert
hendrik hendrikus henk rik hein henny henri
hendrika riek rika hennie
hubertus huub bert hubert
jacobus jaap koos jacob ko jaak
johanna joke hanneke jopie jo annie anneke
johannes jan johan hans joop jo hannes
josephus jos jef joseph sjef jozef
lambertus bert lambert
leonardus leo leen
lodewijk lode lowie
margaretha margriet griet greet gre greetje
maria mia ria mieke miep marja rie
martinus martin maarten tinus martijn
matheus mathijs matthijs thijs mattijs
michiel michael giel
nicolaas nico klaas niek claas
petronella nel nelly pietje
petrus piet pieter peter
rudolf ruud roel
theodorus theo dorus
wilhelmina wil mien mina willy willemijn
wilhelmus willem wim pim wil
"""

_PORTUGUESE = """
alberto beto
alexandra xana
alexandre alex xande xandre
ana aninha
antonio to toninho tonho
aparecida cida
bartolomeu berto
beatriz bia
bernardo be
carlos carlinhos caca
conceicao sao
cristiano cris
cristovao tovao
daniela dani
edson edinho
eduardo edu dudu
fernanda nanda fe
fernando nando nandinho
filipe felipe lipe
francisco chico xico kiko
gabriela gabi bibi
goncalo goncas
guilherme gui
gustavo guga guto
helena lena leninha
henrique rique ique
isabel bel belinha
joao joca joaozinho
joaquim quim
jorge jorginho
jose ze zeca zezinho
juliana ju
juliano ju
leandro le
leonardo leo
luis luiz luizinho
luisa luiza lu
manuel manel manoel neca
margarida guida
mariana mari
mateus matheus teus
miguel micas
paulo paulinho
pedro pedrinho
rafael rafa
raimundo mundo
ricardo rick cado
roberto beto
rodrigo digo
sebastiao tiao bastiao
severino biu
teresa tereza tete
thiago tiago
vitor victor
vinicius vini
"""

_SPELLINGS = """
agata agathe agatha
ahmed ahmet ahmad
aicha aisha aichatou
alice alicja
amin amine
anders andreas
andre andrew andrei
august auguste augustus
aymeric emeric
bernard bernhard bernardo
claude claud
christian christiaan cristian kristian
christoph christophe christopher christof kristof
cristobal cristovao
damian damien
david dawid davide
eduard edward edouard eduardo edoardo
emil emile emilio
emilie emily emilia
ernest ernst ernesto
eugen eugene eugenio
fabian fabien fabiano
fatiha fatia
ferdinand ferdinando
frederic frederik frederick friedrich fredrick fredrik federico
georg george georges
hassan hasan hassane
henri henry henrik hendrik
hicham hisham
isabel isabelle isabella
ismael ismail
ivan yvan
jamal jamel djamel
jan yann
jeffrey geoffrey
joaquim joaquin joachim
jonathan jonathas
judit judith
julian julien juliano
karim kareem
karin karine carine
katarina caterina catarina katerina catharina katharina
khaled khalid
killian kylian kilian
laila leila leyla layla
laurent lorenz
leonard leonardo leonhard leonardus
louisa luisa luiza
louis luis luiz
lucas lukas
luc luke
lucie lucy
margaret margaretha margarethe margarete margarita margherita margarida
mariam maryam miriam myriam meriem meryem
marten maarten
mathias matthias mathijs matthijs
matteo mateo
maurice mauricio maurizio
maximilian maximilien maximiliano massimiliano
mehdi mahdi medhi
michael michal micheal mickael
mirielle mireille
murielle muriel
nicholas nicolas nicolaas nikolas nikolaus niklas
nour noor nur
omar oumar umar
oscar oskar
patricia patrizia
philip philipp philippe filip felipe filippo
rachid rashid
raimund raymond raimundo ramon
raoul raul
reiner rainer
roman romain
romuald romualdo
sacha sascha sasha
said sayed saeed
salim selim saleem
samir sameer
sebastian sebastien sebastiao
serge sergei sergey sergio sergi
sophie sofie
stanislas stanislaw stanislav
stefan stephan stephane stefano stephen
stefanie stephanie stefania stephania
sylvester sylvestre silvester
tatiana tatjana tatyana
theodor theodore theodorus teodoro
therese theresa teresa theresia tereza
thomas tomas tomasz tommaso
tobias tobia
valentin valentino
victor viktor vitor vittorio
victoria viktoria vittoria victoire
wojciech wojtek
yasmin yasmine jasmin jasmine
yassin yassine yacine
youcef youssef yousef yusuf youssouf
youness younes yunus
"""

_PLAIN = """
aaron adam adama adelaide adele adeline adolf adolfo adriano aida aime aimee alan alba alda aldo alexia alexine alina
aline alma alois aloys alvaro alvin alya amadou amal amalia amandine amara amber ambre amel amelie amina aminata amir
amira anais anatole andree andres andreu andrzej angel angele angelina angelo angus anika anja ann anna annabelle anne
annick anouk ansgar antonin april ariane arianna arielle arlette armand armande armando arnaud arne arno arsene arturo
assia astrid aude audrey augustin augustine aurelia aurelio aurora aurore ava axel axelle aya ayoub aziz aziza
balthazar barry basile beate belen benedicte benito bernarda bertha berthe bertrand bettina bianca bilal bjorn blanca
blanche blandine boris brenda brendan bridget britta bruna brunella bruno cadi candice carina carla carlo carlota
carlotta carmelo carmine carola carole carolin caspar cassandre cecile cecilia cecilie cedric celeste celestin
celestine celia cesar chantal charlene chloe christa claire clara clarisse claudette claudine claudius clea clelia
clementine clotilde colette colin coline colleen conor constant constanza cora coralie coraline cordula corentin
cosima cosimo crystal cyprien dagmar daisuke dalia damaris damiano daphne daria dario darren dawn dean denise desire
desiree diana diane diarra dimitri dina djibril dmitri donatella donna dora doriane doris driss dylan edda edith edmee
egon eliane elias elie elio eliot elisa eliseo elke ella elle ellen elliot eloi eloise elsa elvira elvire emiliano
emilien enrica erica ericka erika erin ernestine erwan erwin esteban ester esther ethan evan evelina eveline fabiana
fabiola fabrizio fadila faisal farah farid farida faustine felicia felicie felicity felix ferenc filipa fiona fleur
flora flore floriana floriane francine franco frida gael gaelle gaetan gaetane gaia gaspard gaston gauthier gautier
gemma georgette georgia georgina geraldine gerda germain germaine ghislain ghislaine giada giancarlo gianfranco gianna
ginevra gioia giorgia giovanna gisela gisele giuliana giuliano giulietta giulio gladys gloria goran grace grazia
gretchen guenole guido gustav gustave guy gwenael gwenaelle habib hafid hafida hakim hakima hamid hamida hamza hanane
hannah harald harris hassana hatem hedwig heidi heike heiko helmer henrietta henriette hermine hilary hippolyte holger
hortense hugh hugo hugues humberto ian ida idris igor ilan ilona iman imane imen ines ingo irena irene irina iris irma
isidore isidro ivana ivo jacinta jacinto jade jamila janine jannik jasper javiera jeanine jeannine jelena jens jeremie
jerzy jill jimena joana jocelyn jocelyne johanne jolanda jonas josee josep josette joy joyce juana juliane julianne
julio julius justin justina justine kai kamel kamila karen karima karina karla karol karolina kaspar kasper katell
kazimierz keith kelly kerstin kevin khadija kirsten kjell klara koen koffi kofi kristin lamine lana lara lars latifa
laura laure lauren laurie laurine lea leah leandre leda leilah leona leonie leonor leonora leroy lidia lidya lila
lilia liliana liliane lilly lina linda lionel lise lisette livia livio liza loan lorena loris lorraine loup luce
luciana luciano lucienne lucille lucio ludivine luisella luka luna lydia lydie lynn mael maeva magali maia maite maja
malik malika mamadou manon mara marceau marcel marcela marcella marcelle marcello marcelo marcia marcin marcos mareike
marek mariama mariane marianna marianne mariella marielle marietta mariette marika marin marina marine marion marisa
marise marius marketa marko marlon marta marte marthe martial marwa marwan maryse masha massimiliana mathilda mathis
matilde mattis maud maura maureen mauro may maya mehmet melina melodie melody micaela michaela michela mila milan
milena miloud mira miranda mirko miroslav modou moira mona morgan morgane moritz mourad moussa mustafa mustapha nabil
nabila nadege nadia nadine nadir nadira naim naima naomi nassim nassima nathanael nawal neil nelson nestor nicodeme
nicoletta nicolette niels nils nina noa noah noe noel noelia noelle noemi noemie norah norma octave octavia odette
odilon olaf ole oleg olga olympe ombeline ophelie oriane orlando ornella oswald ouiam ousmane paloma paola paolina
paolo pascale pascaline paul paula paule paulette paulin paulina pauline pavel philippa philippine philomena pia
pierrette pietro prisca prosper rachele rachida rafaela rahma ralf ralph ramona ramzi rania raphaela rebeca regis
reine reinhilde renata renato renaud rene renee rex rhys riad rocco rocio rodolfo rogerio rohan roisin romaine romane
romano romeo romeu rosa rosalia rosalie rosanna roselyne rosita rossana roxane ruben rufus rui ruth ryan sabina sabri
safia saida salah salima salma salome sami samia samira sandie saul saverio selena selma severin severine sharif
sheila sibylle sidonie sigrid silke silvana silvano silvie simeon simon simona sina siobhan slimane sofiane solange
sonia sonja sophia soraya soren stacy sten svea sven svenja sylvaine sylvette sylvia sylviane tadeusz tania tanja
tanya tara tarek tariq tea thais theodora thierno tiffany titouan tizi tristan ugo ulysse umberto urs ursule ute uwe
valeria valeriy vanessa vicenta victorien victorine vilma viola violaine violeta violette viviana viviane vivien
vivienne vladimir wafa walid wanda wassim wendy wiebke yael yaelle yamina yanis yanna yara yasmina yazid yohanna
yolande yves yvette yvon zahra zaid zaida zara zeina zineb zoe zohra zora zuzanna
"""

_TABLES = (_ENGLISH, _FRENCH, _GERMAN, _SPANISH, _ITALIAN, _DUTCH, _PORTUGUESE, _SPELLINGS)

LINES: tuple[tuple[str, ...], ...] = tuple(
    tuple(line.replace("-", "").split()) for table in _TABLES for line in table.strip().splitlines()
)
"""The given names with short forms, one tuple each."""

GIVEN: frozenset[str] = frozenset(word for line in LINES for word in line) | frozenset(_PLAIN.split())
"""Every given name and short form of the tables: a slip never turns one of them into another."""
