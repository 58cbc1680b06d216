/** What a word or phrase says about the voice of a text. */
export type ToneMark =
  | 'contraction'
  | 'secondPerson'
  | 'firstPlural'
  | 'casual'
  | 'formal'
  | 'hedge'
  | 'warm'
  | 'energetic'
  | 'persuasive'
  | 'hostile'
  | 'playful'
  | 'imperative';

export type ToneCounts = Readonly<Record<ToneMark, number>>;

export const toneMarkNames: readonly ToneMark[] = [
  'contraction',
  'secondPerson',
  'firstPlural',
  'casual',
  'formal',
  'hedge',
  'warm',
  'energetic',
  'persuasive',
  'hostile',
  'playful',
  'imperative',
];

const lexicon: Readonly<Partial<Record<ToneMark, string>>> = {
  secondPerson:
    'you your yours yourself yourselves du dein deine deinen deiner dir dich euch euer tu ton ta tes toi te ti tuyo',
  firstPlural:
    "we our ours us we're we'll we've we'd let's wir uns unser unsere nous notre nos nosotros nuestra nuestro",
  casual: `hey hi guys gonna wanna gotta kinda sorta stuff things lot lots yeah yep nope ok okay cool awesome super totally
    basically pretty really folks buddy dude thing bit cheers chill vibe vibes grab bucks kid kids mess crap lol btw
    fyi asap anyway honestly literally easy quick nah yup thanks`,
  formal: `accordingly additionally albeit aforementioned ascertain attain commence comprehensive comprise comprises consequently
    constitute constitutes demonstrate demonstrates designate enable enables endeavour endeavor enhance ensure ensures
    establish established facilitate facilitates furthermore hence hereby herein hereinafter however implement implementation
    individuals indicate indicates initiate inquire moreover nevertheless notwithstanding numerous obtain optimal optimize
    pertaining primarily prior provide provides provision pursuant regarding regulatory remain render request require
    requires respective respectively shall sincerely subsequent subsequently substantial sufficient therefore thereby thus
    upon utilise utilize utilizes whereas whereby whilst wherein accordance acknowledge appropriate assistance conduct
    considerable correspondence esteemed evaluate forthcoming framework furnish maintain methodology objective obligation
    organisation organization participate permit pertinent purchase recommend residence respectfully stakeholders strategic
    terminate transmit undersigned warrant adhere customary kindly expertise executed rigorous engineered exemplary
    sehr geehrte hochachtungsvoll gemäß hiermit bezüglich veuillez madame monsieur cordialement conformément estimado atentamente mediante`,
  hedge:
    'perhaps maybe possibly might could seems seem appears appear somewhat likely arguably tends generally often usually may',
  warm: `welcome friendly happy glad love loved lovely thank thanks enjoy enjoyed warm warmly cosy cozy care caring together
    friend friends family smile smiles share hello hi dear kind kindness delight delighted wonderful sweet comfort comfy
    home heart gentle help helping helps please appreciate grateful pleasure favourite favorite happily hug pals buddy
    willkommen danke freund freunde lieb liebe bienvenue merci ami amis bienvenido gracias amigo amigos`,
  energetic: `amazing awesome incredible incredibly exciting excited thrilled wow fantastic brilliant unbelievable stunning epic
    spectacular phenomenal extraordinary love best ever absolutely finally boost unleash ignite supercharge explosive
    unstoppable electrifying sensational breathtaking yay woohoo hooray blast celebrate wahnsinn fantastisch incroyable increíble`,
  persuasive: `now today free save exclusive limited guaranteed guarantee proven discover don't instantly results offer deal
    discount unlock join order buy shop hurry miss only hours left last chance bonus secret transform claim upgrade
    start trusted trial subscribe act choose jetzt sparen kostenlos maintenant gratuit ahora gratis exklusiv`,
  hostile: `stupid idiot idiots idiotic pathetic garbage trash lazy loser losers dumb ridiculous worthless shut crush destroy
    dominate kill annihilate weak fools fool demand excuses whining wake stop quit wasting suffer failure fail obey
    immediately warning deadline unacceptable ignore ruthless brutal attack fight must`,
  playful: `oops whoops psst boom bam ta-da tada yum yummy giggle wink zing pow wiggle goofy silly quirky cheeky sassy
    snazzy nom zoom hooray wobble munch munchies snuggle pun shenanigans unicorn unicorns ninja ninjas magic magical
    superpower superpowers sidekick dance party adventure treat snack pizza coffee pajamas pyjamas puppy kitten belly spoiler
    plot twist drumroll fun`,
  imperative: `get try discover order buy shop join start click call visit book learn grab save claim choose see find
    explore enjoy meet imagine unlock download subscribe contact sign stop act make take let give bring say forget
    request consult review schedule upgrade hol entdecken bestellen découvrez commandez descubre compra`,
};

const marksByWord = lexiconIndex();
const contraction = /['’](?:s|re|ve|ll|d|m|t)$/;
const emoji = /\p{Extended_Pictographic}/gu;
const none: readonly ToneMark[] = [];

/** The marks of a lower-case word; an imperative counts at the start of a sentence only. */
export function toneMarksOf(word: string, startsSentence: boolean): readonly ToneMark[] {
  const marks = marksByWord.get(word);
  const contracted = contraction.test(word) && !/^(?:[^'’]+['’]s)$/.test(word);
  const isMark = contracted || commonlyContracted.has(word);
  if (!marks) return isMark ? ['contraction'] : none;
  const counted = startsSentence ? marks : marks.filter((mark) => mark !== 'imperative');
  return isMark ? [...counted, 'contraction'] : counted;
}

const commonlyContracted = new Set([
  "it's",
  "that's",
  "there's",
  "here's",
  "what's",
  "let's",
  "he's",
  "she's",
  "who's",
]);

export function emojiIn(text: string): number {
  return text.match(emoji)?.length ?? 0;
}

function lexiconIndex(): ReadonlyMap<string, readonly ToneMark[]> {
  const index = new Map<string, ToneMark[]>();
  for (const mark of toneMarkNames)
    for (const word of (lexicon[mark] ?? '').split(/\s+/).filter(Boolean))
      index.set(word, [...new Set([...(index.get(word) ?? []), mark])]);
  return index;
}
