/** Words that carry no content of their own, by language; enough to tell what a key point is about. */
const stopWordsByLanguage: Readonly<Record<string, ReadonlySet<string>>> = {
  en: listOf(`a about above after again all also am an and any are aren't as at be because been before being below between
    both but by can can't cannot could couldn't did didn't do does doesn't doing don't down during each few for from further
    get gets had hadn't has hasn't have haven't having he he's her here hers herself him himself his how i i'd i'll i'm i've
    if in into is isn't it it's its itself just let's me more most my myself nor of off on once only or other ought our
    ours ourselves out over own same she she's should shouldn't so some such than that that's the their theirs them
    themselves then there there's these they they'd they'll they're they've this those through to too under until up upon
    very was wasn't we we'd we'll we're we've were weren't what what's when where which while who whom why will with
    won't would wouldn't you you'd you'll you're you've your yours yourself yourselves us may might must shall`),
  de: listOf(`aber alle allem allen aller alles als also am an andere anderen auch auf aus bei beim bin bis bist da damit dann
    das dass dein deine dem den der des dessen die dies diese diesem diesen dieser dieses dir doch dort du durch ein eine
    einem einen einer eines er es etwas euch euer eure für gegen hab habe haben hat hatte hier hinter ich ihm ihn ihnen ihr
    ihre ihrem ihren ihrer im in indem ins ist ja jede jedem jeden jeder jedes kann man mein meine mich mir mit nach noch nun
    nur ob oder sein seine seinen seiner selbst sehr sich sie sind so solche soll sollte sondern sonst über um und uns unser
    unsere unter viel vom von vor war waren was weg weil weiter welche wenn werde werden wie wieder will wir wird wirst wo
    wollen würde zu zum zur zwar zwischen können`),
  fr: listOf(`à au aux avec ce ces cet cette comme dans de des du elle elles en est et été être eux il ils je la le les leur leurs
    lui ma mais me même mes moi mon nos notre nous on ou où par pas plus pour qu que qui sa sans se ses son sont sur ta te tes
    toi ton tous tout toute toutes très tu un une vos votre vous y ont avez avons c'est d'un d'une ceci cela dont afin ainsi`),
  es: listOf(`a al algo ante antes aquí como con contra cual cuando de del desde donde durante e el ella ellas ellos en entre era
    es esa ese eso esta está están este esto estos fue ha hasta hay la las le les lo los más me mi mis mucho muy nada no nos
    nosotros nuestra nuestro o os otra otro para pero poco por porque que qué quien se sea ser si sí sin sobre son su sus
    también tan te tiene todo todos tu tus un una uno unos usted ustedes y ya yo`),
  it: listOf(`a ad ai al alla alle anche che chi ci come con cui da dal dalla dei del della delle di e è ed gli ha hanno i il in io
    la le lei lo loro lui ma mi mia mio ne nei nel nella noi non nostra nostro o per perché più quando quella quello questa
    questo se sei si sia sono su sua sul sulla suo ti tra tu tutti tutto un una uno vi voi vostra vostro`),
  pt: listOf(`a ao aos as com como da das de do dos e é ela elas ele eles em entre era essa esse esta está este eu foi há isso já lhe
    mais mas me meu minha muito na nas não nem no nos nós nossa nosso o os ou para pela pelo por quando que quem são se sem ser
    seu sua também te tem tu tua um uma você vocês`),
  nl: listOf(`aan al alle als bij dan dat de der die dit door dus een en er ge geen haar had heb hebben heeft hem het hier hij hoe hun
    ik in is ja je jij jou jouw kan kon maar me meer men met mij mijn na naar niet nog nu of om omdat ons onze ook op over te tot
    u uit uw van veel voor waar was wat we wel werd wie wij worden zal ze zich zij zijn zo zou`),
};

/** The stop words of a language; for one without a list, none. */
export function stopWordsOf(language: string): ReadonlySet<string> {
  return stopWordsByLanguage[language] ?? noWords;
}

const noWords: ReadonlySet<string> = new Set();
export const stopWordLanguages: readonly string[] = Object.keys(stopWordsByLanguage);

function listOf(words: string): ReadonlySet<string> {
  return new Set(words.split(/\s+/).filter(Boolean));
}
