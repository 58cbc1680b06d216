/** Misspellings that are common in English, as `wrong:right`, one word each; none is a word of its own. */
const pairs = `absense:absence acceptible:acceptable accidently:accidentally accomodate:accommodate accomodation:accommodation
acheive:achieve acheived:achieved accross:across adress:address adresses:addresses advertisment:advertisement agressive:aggressive
alot:a_lot amatuer:amateur apparantly:apparently apparant:apparent appearence:appearance arguement:argument athiest:atheist
assasination:assassination availible:available avaliable:available availabe:available awsome:awesome basicly:basically
becuase:because becouse:because beacuse:because beautifull:beautiful beleive:believe begining:beginning belive:believe benificial:beneficial
benifit:benefit benifits:benefits buisness:business bussiness:business calender:calendar catagory:category cemetary:cemetery
changable:changeable cheif:chief collegue:colleague colum:column comming:coming commited:committed committment:commitment comparision:comparison
compatable:compatible completly:completely concious:conscious confortable:comfortable comfortible:comfortable
consistant:consistent convienient:convenient convinient:convenient conveniant:convenient correspondance:correspondence critisism:criticism
curiousity:curiosity custumer:customer custumers:customers decison:decision definately:definitely definatly:definitely
definitly:definitely definetly:definitely delievery:delivery delivary:delivery desparate:desperate
diffrent:different diferent:different dificult:difficult dilemna:dilemma disapear:disappear disapoint:disappoint dissapoint:disappoint
dissapointed:disappointed easely:easily ecstacy:ecstasy efficent:efficient eficient:efficient embarass:embarrass enviroment:environment enviromental:environmental
equiptment:equipment especialy:especially excelent:excellent excellant:excellent exagerate:exaggerate existance:existence expierence:experience
experiance:experience experince:experience explaination:explanation extremly:extremely familar:familiar facinating:fascinating feild:field
finaly:finally foriegn:foreign fourty:forty freind:friend freinds:friends freindly:friendly fullfil:fulfil futher:further garantee:guarantee
gaurantee:guarantee gaurd:guard generaly:generally goverment:government grammer:grammar greatful:grateful guarentee:guarantee
happend:happened harrass:harass hieght:height heigth:height higly:highly humourous:humorous hygeine:hygiene
immediatly:immediately immediatelly:immediately imediately:immediately incredable:incredible independant:independent indispensible:indispensable
infomation:information informations:information intelligance:intelligence interupt:interrupt intresting:interesting irresistable:irresistible
jewelery:jewellery knowlege:knowledge knowlegde:knowledge lenght:length liason:liaison libary:library lisence:license liesure:leisure maintainance:maintenance
maintenence:maintenance managable:manageable manuever:maneuver millenium:millennium minature:miniature mischievious:mischievous mispell:misspell
naturaly:naturally neccessary:necessary necesary:necessary necessery:necessary neccesary:necessary noticable:noticeable occassion:occasion
occasionaly:occasionally occured:occurred occurence:occurrence occuring:occurring offical:official oppurtunity:opportunity oportunity:opportunity
opprotunity:opportunity orignal:original paralell:parallel particulary:particularly peice:piece perfomance:performance performence:performance
permanant:permanent persistant:persistent personaly:personally peolpe:people posession:possession possable:possible potatos:potatoes practicle:practical
preceed:precede prefered:preferred prefering:preferring presance:presence privelege:privilege priviledge:privilege probaly:probably probablly:probably
proffesional:professional profesional:professional proffessional:professional promiss:promise pronounciation:pronunciation publically:publicly
qualtiy:quality quailty:quality questionaire:questionnaire realy:really recieve:receive recieved:received recieves:receives recomend:recommend recommand:recommend
reccomend:recommend reccommend:recommend refered:referred referance:reference relevent:relevant religous:religious remeber:remember
repetion:repetition responsability:responsibility responsable:responsible rythm:rhythm saftey:safety
secratary:secretary seige:siege seperate:separate seperately:separately seperated:separated similiar:similar simular:similar sinceerly:sincerely
sincerly:sincerely speach:speech specificaly:specifically strenght:strength stregth:strength succesful:successful successfull:successful succesfully:successfully
sucess:success sucessful:successful suprise:surprise suprising:surprising suprised:surprised tecnology:technology techonology:technology teh:the
tommorow:tomorrow tommorrow:tomorrow tomorow:tomorrow togehter:together thier:their thsi:this thiers:theirs tounge:tongue truely:truly
unfortunatly:unfortunately unfortunatley:unfortunately untill:until upto:up_to usally:usually usefull:useful usualy:usually vaccuum:vacuum vegatable:vegetable
vehical:vehicle visable:visible wether:whether wich:which wierd:weird whereever:wherever wonderfull:wonderful writting:writing writen:written
yeild:yield youre:you're dont:don't doesnt:doesn't didnt:didn't isnt:isn't wasnt:wasn't arent:aren't couldnt:couldn't wouldnt:wouldn't shouldnt:shouldn't
havent:haven't hasnt:hasn't thats:that's theyre:they're theres:there's whats:what's recieving:receiving qualitiy:quality prodcut:product
prodcuts:products produkt:product desing:design desinged:designed featuers:features featurs:features waht:what taht:that adn:and nad:and
hte:the soem:some jsut:just liek:like woudl:would shoudl:should coudl:could abuot:about thign:thing knwo:know wiht:with whith:with
durring:during allways:always allmost:almost alltogether:altogether aswell:as_well infact:in_fact atleast:at_least incase:in_case everytime:every_time
noone:no_one seing:seeing makeing:making takeing:taking useing:using comeing:coming haveing:having writeing:writing giveing:giving
runing:running stoping:stopping geting:getting plaing:playing shiping:shipping shopp:shop hapiness:happiness happyness:happiness
buisnesses:businesses companys:companies familys:families partys:parties countrys:countries citys:cities storys:stories
sheeps:sheep furnitures:furniture advices:advice equipments:equipment`;

const corrections = new Map(
  pairs
    .split(/\s+/)
    .map((pair) => pair.split(':') as [string, string])
    .map(([wrong, right]) => [wrong, right.replace('_', ' ')]),
);

/** The right spelling of a lower-case word that is a common misspelling; undefined for all others. */
export function correctionOf(word: string): string | undefined {
  return corrections.get(word);
}
