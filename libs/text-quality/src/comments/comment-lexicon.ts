import type { AspectName, Polarity } from './aspect.ts';

/** A quality that a text can have too much or too little of. */
export interface DegreeWord {
  readonly aspect: AspectName;
  /** What someone wants who asks for more of it. */
  readonly more: string;
  /** What someone wants who finds too much of it; the same as what is kept when it is bare and negative. */
  readonly less: string;
  /** What the word says without "too", "more" or "less"; undefined where it says nothing alone. */
  readonly bare?: Polarity;
  readonly isComparative: boolean;
}

/** A thing that a text can contain. */
export interface ThingWord {
  readonly aspect: AspectName;
  readonly pattern: RegExp;
  /** Wanted by those who ask for it or like it. */
  readonly present?: string;
  /** Wanted by those who find too many. */
  readonly absent?: string;
  /** Nobody wants typos; a list can be wanted. */
  readonly isFault: boolean;
}

/** A turn of phrase that says its piece on its own; read before all else. */
export interface Phrase {
  readonly pattern: RegExp;
  readonly aspect: AspectName;
  readonly polarity: Polarity;
  readonly wanted?: string;
}

type DegreeEntry = readonly [
  aspect: AspectName,
  more: string,
  less: string,
  bare: Polarity | '',
  words: string,
  comparatives: string,
];

const degreeEntries: readonly DegreeEntry[] = [
  [
    'length',
    'shorter',
    'longer',
    '',
    'short brief kurz knapp court courte bref corto corta breve',
    'shorter briefer kürzer knapper',
  ],
  ['length', 'longer', 'shorter', '', 'long lengthy lang lange longue largo larga', 'longer länger lengthier'],
  [
    'length',
    'shorter',
    'longer',
    'positive',
    'concise succinct compact crisp brevity tight knackig concis conciso',
    '',
  ],
  [
    'length',
    'shorter',
    'shorter',
    'negative',
    'wordy overlong verbose long-winded rambling rambles bloated langatmig weitschweifig verbeux',
    'wordier',
  ],
  [
    'length',
    'longer',
    'shorter',
    '',
    'detail details detailed ausführlich détails détaillé detalle detalles detallado',
    '',
  ],
  ['tone', 'formal', 'casual', '', 'formal förmlich formell formel formelle', ''],
  [
    'tone',
    'friendly',
    'friendly',
    'negative',
    'stiff cold impersonal robotic distant dry unfriendly snobbish condescending patronising patronizing snooty aloof clinical mechanical soulless sterile wooden detached harsh rude unwelcoming steif kalt unpersönlich froid frío fría',
    'colder stiffer',
  ],
  [
    'tone',
    'friendly',
    'professional',
    'positive',
    'friendly warm welcoming personable warmth approachable likeable kind inviting freundlich herzlich amical chaleureux amable cercano',
    'friendlier warmer freundlicher herzlicher wärmer',
  ],
  [
    'tone',
    'casual',
    'professional',
    '',
    'casual informal relaxed conversational colloquial slangy flippant chummy laid-back locker décontracté sloppy chatty',
    'lockerer looser',
  ],
  [
    'tone',
    'neutral',
    'neutral',
    'negative',
    'pushy salesy aggressive hypey shouty loud promotional spammy gushing overexcited exaggerated sensational bragging boastful aufdringlich agressif agresivo preachy arrogant',
    'pushier',
  ],
  [
    'tone',
    'enthusiastic',
    'neutral',
    'positive',
    'enthusiastic enthusiasm energetic energy excitement exciting lively upbeat lebendig',
    'livelier',
  ],
  [
    'tone',
    'enthusiastic',
    'enthusiastic',
    'negative',
    'dull lifeless flat bland monotone uninspired uninspiring tired lacklustre lackluster',
    'duller',
  ],
  [
    'tone',
    'playful',
    'professional',
    'positive',
    'playful humour humor humorous funny witty fun jokey jokes cheeky silly quirky childish lustig verspielt',
    'funnier wittier',
  ],
  [
    'tone',
    'professional',
    'casual',
    'positive',
    'professional professionell professionnel profesional polished businesslike',
    '',
  ],
  ['tone', 'professional', 'playful', '', 'serious ernst sérieux serio', ''],
  ['tone', 'persuasive', 'neutral', 'positive', 'persuasive convincing compelling überzeugend convaincant', ''],
  [
    'style',
    'clearer',
    'clearer',
    'positive',
    'clear clearly readable understandable klar verständlich clair claire claro clara',
    'clearer klarer',
  ],
  [
    'style',
    'clearer',
    'clearer',
    'negative',
    'confusing unclear convoluted incomprehensible cryptic ambiguous baffling unverständlich confus confuso muddled',
    '',
  ],
  [
    'style',
    'simpler',
    'more detailed',
    'positive',
    'simple plain straightforward einfach sencillo',
    'simpler plainer einfacher',
  ],
  [
    'style',
    'simpler',
    'simpler',
    'negative',
    'complicated complex technical difficult jargony dense academic kompliziert compliqué complicado',
    '',
  ],
  [
    'style',
    'less repetitive',
    'less repetitive',
    'negative',
    'repetitive repetition repetitious redundant repeats repeating répétitif repetitivo',
    '',
  ],
  [
    'style',
    'more specific',
    'more specific',
    'negative',
    'vague generic unspecific wishy-washy abstract superficial shallow hollow empty vage vague',
    'vaguer',
  ],
  ['style', 'more specific', 'less specific', 'positive', 'specific concrete konkret concret concreto', ''],
  [
    'style',
    'more natural',
    'more natural',
    'negative',
    'unnatural stilted clumsy awkward clunky choppy wooden-sounding holprig',
    '',
  ],
  ['style', 'more natural', 'more natural', 'positive', 'natural fluent smooth smoothly flowing natürlich flüssig', ''],
  ['accuracy', 'more accurate', 'more accurate', 'positive', 'accurate correct factual', ''],
  ['relevance', 'more relevant', 'more relevant', 'positive', 'relevant on-topic pertinent', ''],
];

/** Degree words by their lower-case form. */
export const degreeWords: ReadonlyMap<string, DegreeWord> = new Map(
  degreeEntries.flatMap(([aspect, more, less, bare, words, comparatives]) => {
    const word = { aspect, more, less, ...(bare === '' ? {} : { bare }) };
    return [
      ...split(words).map((form): [string, DegreeWord] => [form, { ...word, isComparative: false }]),
      ...split(comparatives).map((form): [string, DegreeWord] => [form, { ...word, isComparative: true }]),
    ];
  }),
);

export const things: readonly ThingWord[] = [
  thing(
    'structure',
    'bullet[- ]?points?|bullets|bulleted|(?:a )?lists?|aufzählungs\\p{L}*|aufzählung|stichpunkte?n?|liste|puces|viñetas|lista',
    'bullets',
    'paragraphs',
  ),
  thing(
    'structure',
    '(?:sub)?-?headings?|subheads?|subtitles?|section titles|titles|zwischenüberschriften|überschriften|(?:sous-)?titres|(?:sub)?títulos',
    'headings',
    'fewer headings',
  ),
  thing(
    'structure',
    "calls? to action|cta|handlungsaufforderung|appel à l'action|llamada a la acción",
    'call to action',
    'no call to action',
  ),
  thing(
    'structure',
    'paragraphs?|sections?|absätze|absatz|paragraphes?|párrafos?|line breaks|white ?space',
    'paragraphs',
    'fewer paragraphs',
  ),
  fault(
    'style',
    'jargon|lingo|gobbledygook|buzzwords?|corporate speak|technical terms?|big words|fachbegriffe|acronyms?',
    'simpler',
  ),
  fault('style', 'clich[eé]s?|filler|fluff|floskeln', undefined),
  fault(
    'quality',
    'typos?|(?:grammar|grammatical|spelling) ?(?:mistakes?|errors?|issues?|problems?)?|errors?|mistakes?|tippfehler|rechtschreibfehler|fehler|fautes?|erreurs?|errores|faltas de ortografía|misspellings?|spelling|grammar',
    undefined,
  ),
  fault('tone', 'exclamation (?:marks?|points?)|hype|capitals|all caps|ausrufezeichen', 'neutral'),
  thing('tone', 'humou?r|jokes?|emojis?', 'playful', 'professional'),
  thing(
    'style',
    '(?:concrete |specific |real )?examples?|specifics|beispiele?|exemples?|ejemplos?',
    'more specific',
    'fewer examples',
  ),
];

/** Nouns that name an aspect; a verdict in the same clause is about it. */
export const aspectNouns: readonly (readonly [AspectName, RegExp])[] = [
  ['tone', word('tone|voice|tonfall|ton|tono|tonality|mood|attitude')],
  ['length', word('length|word count|länge|longueur|longitud|extensión')],
  [
    'structure',
    word(
      'structure|structured|layout|format(?:ting)?|organi[sz]ation|order|flow|aufbau|struktur|gliederung|estructura|mise en page',
    ),
  ],
  [
    'accuracy',
    word(
      'facts?|figures?|numbers?|prices?|dates?|claims?|statistics|stats|data|preis|fakten|zahlen|daten|prix|chiffres|faits|precio|datos|cifras|hechos|specs?|specifications?|accuracy|year|address|statements?|weight|percentages?|dimensions|names?|quotes?',
    ),
  ],
  [
    'style',
    word(
      'wording|style|phrasing|writing style|word choice|language|stil|schreibstil|formulierung(?:en)?|estilo|sentences?|vocabulary|clarity|readability|reads|prose',
    ),
  ],
  ['relevance', word('brief|topic|relevance|key points?|audience|keywords?|thema|sujet|tema')],
  ['quality', word('quality|content|text|copy|work|job|article|post|piece|draft|qualität|qualité|texte|texto|calidad')],
];

export const phrases: readonly Phrase[] = [
  phrase(
    'style',
    'negative',
    undefined,
    "(?:word choice|wording|phrasing|choice of words|style) (?:is|was|seems|feels) (?:\\w+ )?(?:odd|strange|weird|poor|bad|off)|(?:odd|strange|weird) (?:wording|phrasing|word choice|choice of words)|(?:stil|schreibstil) gefällt mir nicht|n'aime pas (?:le|ce) style|no me gusta el estilo",
  ),
  phrase(
    'style',
    'negative',
    'clearer',
    "(?:don't|didn't|do not|can't) (?:get|see|know|follow) what\\b.*|no idea what\\b.*",
  ),
  phrase(
    'style',
    'negative',
    'simpler',
    '(?:too many|so many|full of) (?:foreign|long|difficult|fancy|complicated|big) words|(?:foreign|fancy) words',
  ),
  phrase(
    'relevance',
    'negative',
    undefined,
    'asked for something (?:else|different)|(?:something|an? different|another) (?:topic|subject) (?:entirely|altogether)?|not our (?:audience|product|customers)',
  ),
  phrase(
    'relevance',
    'positive',
    undefined,
    '(?:addresses|speaks to|fits|suits|targets) our (?:target group|audience|readers|customers|market)|all (?:of )?(?:my|our|the) (?:key )?points(?: are)?(?: \\w+)* (?:in|there|included)|nothing was left out|everything (?:i|we) (?:asked|wanted|needed)\\w*(?: for)?',
  ),
  phrase(
    'accuracy',
    'negative',
    undefined,
    "(?:is|are|was|were) not (?:\\w+ )?(?:correct|accurate|right)|claims? (?:things|that)\\b.*|(?:don't|do not) believe|where (?:did|do) you get|not correct|unproven|unverified|exaggerat\\w+ (?:claims?|numbers?)|(?:that's|this is) a lie|lies|but it(?:'s| is) \\d.*|given as \\d.*",
  ),
  phrase(
    'structure',
    'negative',
    'paragraphs',
    'paragraphs (?:are|is|were) (?:\\w+ )?too (?:long|big|dense)|long paragraphs',
  ),
  phrase(
    'structure',
    'negative',
    undefined,
    '(?:structure|layout|order|organi[sz]ation) (?:is|was|seems|feels) (?:\\w+ )?(?:confusing|messy|unclear|illogical|odd|strange|hard to follow|chaotic)|(?:confusing|messy|illogical|chaotic) (?:structure|layout|order)',
  ),
  phrase(
    'quality',
    'negative',
    undefined,
    'nothing special|(?:had|have) to (?:rewrite|redo|fix|edit|correct) (?:\\w+ )*|so-so|run[- ]of[- ]the[- ]mill|average|forgettable|(?:poor|bad|weak|terrible|awful) (?:grammar|spelling)|(?:grammar|spelling) (?:is|was) (?:\\w+ )?(?:poor|bad|weak|terrible|awful|wrong|off)',
  ),
  phrase(
    'quality',
    'positive',
    undefined,
    '(?:pleasantly )?surprised|nicely written|nicely done|delighted|thrilled with',
  ),
  phrase(
    'tone',
    'negative',
    undefined,
    '(?:tone|voice|style) (?:is|feels|was|seems) (?:\\w+ )?(?:inconsistent|all over the place|mixed|uneven|strange|odd|weird)|inconsistent (?:tone|voice)',
  ),
  phrase('tone', 'negative', 'friendly', '(?:arrogant|patroni[sz]ing|smug|haughty|bossy)'),
  phrase(
    'tone',
    'negative',
    'enthusiastic',
    '(?:sounds?|feels?|reads?) (?:bored|tired|sleepy|indifferent)|more (?:punch|pep|oomph|spark|passion)|jazz it up|spice (?:it|this) up',
  ),
  phrase(
    'tone',
    'negative',
    'formal',
    'too (?:familiar|chummy|slangy|matey|colloquial)|more (?:polite|politely|respectful|respectfully|dignified)|disrespectful|förmlicher|formeller|plus formel|más formal',
  ),
  phrase(
    'length',
    'negative',
    'shorter',
    'takes (?:forever|ages|too long)(?: to \\w+(?: \\w+)*)?|(?:lines|words|sentences) less|(?:fewer|less) (?:words|lines|sentences|text)|this long',
  ),
  phrase(
    'length',
    'negative',
    'longer',
    '(?:quite|very|rather|pretty|so) (?:brief|short)|(?:a few|some|more) (?:more )?(?:details?|words|lines|sentences|background)',
  ),
  phrase(
    'quality',
    'negative',
    undefined,
    "not worth (?:\\w+)|needs? another (?:round|pass|look|draft)(?: of \\w+)?|(?:i |we )?expected more|back to the drawing board|do (?:it )?over|try again|(?:can't|cannot|won't) (?:publish|use|post|send)(?: (?:it|this|that))?|not (?:usable|publishable|acceptable|impressed|convinced|happy|satisfied|good enough|there yet)|unusable|sloppy|underwhelm\\w+|let ?down|amateurish|half[- ]baked|embarrass\\w+|leaves? (?:a lot|much) to be desired|thumbs down|falls short",
  ),
  phrase(
    'quality',
    'positive',
    undefined,
    "nailed it|(?:a )?pleasure to read|couldn't be happier|could not be happier|(?:one of )?the best (?:\\w+ )?(?:\\w+ )?|blown away|exceeded|better than (?:i |we )?(?:expected|before|last)|ship it|chef's kiss|wouldn't change (?:a|any)\\w*(?: \\w+)?|would(?:n't| not) change|impressed|top notch|first class|not too bad|no need to change|ready to (?:publish|go|use)|bravo|kudos|two thumbs",
  ),
  phrase(
    'relevance',
    'positive',
    undefined,
    '(?:covers|hits|includes|mentions|addresses|has) (?:every|all|each)(?:thing)?(?: (?:\\w+ )?(?:points?|facts?|topics?|details?))?(?: (?:i|we) (?:listed|asked|gave|wanted)\\w*(?: for)?)?|right on topic|speaks to our (?:audience|customers|readers)|matches (?:the|my|our) brief|nothing (?:is )?missing|sticks to the',
  ),
  phrase(
    'relevance',
    'negative',
    undefined,
    "skip(?:s|ped)|(?:left|leaves|leaving) (?:\\w+ )?out|why (?:is|are|do|does) (?:there|it|you|we) .*|(?:text |it )?(?:talks|is) about .*|is written for .*|who is this for|wrong (?:target group|readers|people)|strays|wanders off|goes off on|unnecessary information|never (?:talks|speaks) about|neglects|overlook(?:s|ed)|where (?:is|are) the (?:discount|benefits?|price|offer|key points?|features?)|doesn't fit (?:the|our) (?:topic|brief|audience)|did you read",
  ),
  phrase(
    'accuracy',
    'negative',
    undefined,
    "but it's (?:actually|really)? ?\\d|(?:it'?s|it is|should be|was) actually|(?:isn't|is not|aren't|are not|not) in our (?:data|records|system|catalogue|catalog)|where (?:does|did|do) (?:this|that|the|these) (?:\\w+ )?(?:come|came) from|(?:we|i) (?:don't|do not|never) (?:offer|sell|have|make|ship|provide)\\b.*|source\\?|(?:needs?|without|no|missing|add) (?:a )?(?:sources?|citations?)|wrong (?:\\w+ )?(?:year|date|price|number|name|figure|address|colou?r|size|weight|amount|percentage|link)s?(?: in the .*)?|(?:is|are|was|were) (?:simply |just |plain )?(?:wrong|false|incorrect|untrue)|fact[- ]check|mixed up|confuses?|we discontinued|not what the (?:spec|datasheet|label)\\w* says",
  ),
  phrase(
    'style',
    'negative',
    'simpler',
    '(?:use |in |write in )?(?:plain|simple|everyday) (?:english|language|words)|in plain (?:terms|words)|dumb (?:it|this) down|so (?:normal|ordinary) people',
  ),
  phrase(
    'style',
    'negative',
    'less repetitive',
    '(?:starts?|begins?|ends?) (?:\\w+ )?(?:the same(?: way)?|with the same)|(?:appears?|used|occurs?|mentioned) (?:\\w+ )?(?:twice|three|four|five|six|seven|eight|nine|ten|many|several|\\d+) ?(?:times)?|too many times|copy[- ]?(?:and[- ])?paste|the same (?:word|phrase|idea|point)s?',
  ),
  phrase(
    'style',
    'negative',
    undefined,
    'reads? (?:very |so |really |quite )?(?:badly|poorly|awkwardly)|badly (?:worded|phrased)|poor (?:wording|phrasing)',
  ),
  phrase(
    'style',
    'positive',
    undefined,
    'crystal clear|reads? (?:very |so |really )?(?:smoothly|nicely|beautifully|easily|like a dream)|beautifully written|nicely (?:worded|phrased|put)|great (?:wording|phrasing)|a joy to read',
  ),
  phrase(
    'style',
    'negative',
    'clearer',
    "(?:nobody|no one|wouldn't|would not|won't|will not|can't|cannot|doesn't|hard for \\w+ to) (?:ever |really )?(?:understand|get it|follow)(?: (?:this|it|that|what))?|lost me|what (?:do|does) (?:you|it|this) mean|unclear what|can't follow|head (?:is )?spinning",
  ),
  phrase(
    'structure',
    'positive',
    undefined,
    '(?:nice|good|great|clear|clean|neat|logical|tidy)(?:,? (?:clear|clean|neat|simple))? (?:layout|structure|format|formatting|organi[sz]ation)|helped me find|logical order|neatly arranged|scannable',
  ),
  phrase(
    'structure',
    'negative',
    undefined,
    '(?:got|get|was|were) lost|no (?:clear |real )?(?:structure|order|logic)|hard to find|back to front|no red thread|buried|the order is',
  ),
  phrase(
    'structure',
    'negative',
    'paragraphs',
    '(?:everything|it all|all of it) runs together|(?:needs?|add|more|use) (?:some |a few )?(?:white ?space|line breaks|breathing room)|(?:smaller|shorter) (?:paragraphs|sections|chunks)|one (?:long|endless) paragraph',
  ),
  phrase(
    'tone',
    'negative',
    'neutral',
    '(?:tone|dial) (?:it |this |that )?(?:down|back)(?: the (?:hype|enthusiasm|excitement|tone|language))?|calm (?:it )?down|stop shouting|yelling at me|trying too hard|used car salesm\\w+|less is more',
  ),
  phrase(
    'tone',
    'negative',
    'friendly',
    'talks? down to|(?:sounds?|feels?) (?:so )?(?:annoyed|angry|bored)|warm (?:it|this) up|more human|human touch|no heart|more personal',
  ),
  phrase(
    'tone',
    'negative',
    'casual',
    'loosen up(?: the (?:language|tone|text))?|(?:sounds?|reads?|feels?) like (?:my|our|a|an|the) (?:lawyer|tax office|bank|attorney|professor|headmaster|bureaucrat|insurance)\\w*(?: letter)?|lighten (?:it |this )?up|unbutton|too uptight|up its own',
  ),
  phrase(
    'length',
    'negative',
    'longer',
    'flesh (?:it|this|that) out|(?:bit|little|rather|too|quite) thin|hardly any (?:information|detail|content)|not much (?:information|detail|content|to it)|short side|is that (?:all|it)|left me wanting more|too little|barely anything|skims over|scratches the surface|not enough (?:information|content|detail|depth)|more meat',
  ),
  phrase(
    'length',
    'negative',
    'shorter',
    "(?:this is|it's|reads like) (?:an?|a whole|practically a) (?:essay|novel|book|dissertation)|(?:only|just) have room for|(?:cut|delete|drop|lose|remove|skip) the (?:last|first|second|third|final|middle) (?:\\w+ )?(?:paragraphs?|sentences?|sections?|half|part)|drags|could lose (?:half|a few|some)|nobody (?:reads|will read|has time)|too much (?:information|detail|text|to read)|boil (?:it|this) down|tighten (?:it|this)?|long side|halve (?:it|this)|keep it brief|tl;?dr",
  ),
  phrase(
    'length',
    'positive',
    undefined,
    '(?<!twice )(?<!times )(?:exactly |just )?as (?:long|short) as it (?:should|needs? to|has to) be|not a word too (?:many|much)|the right size|(?:nice|nicely|lovely|pleasantly|refreshingly) (?:and )?(?:short|brief|concise)',
  ),
  phrase(
    'length',
    'positive',
    undefined,
    'short and sweet|to the point(?! fast| soon| quick)|(?:good|right|perfect|ideal) length|just the right length',
  ),
  phrase(
    'length',
    'negative',
    'shorter',
    'get to the point|cut (?:it|this|the text)? ?(?:in half|down|back)|half the length|(?:twice|three times) as long|trim(?: it| this)?|shorten(?: it| this)?|stopped reading|rambl\\w+|goes on and on|on and on|too many words|too much text|kürzen|raccourci\\w*|acortar|drags on|waffl\\w+|padded',
  ),
  phrase(
    'length',
    'negative',
    'longer',
    'tell me more|expand(?: on| it| this)?|elaborate|say more|more information|more depth|go deeper|ended too soon|in more detail|mehr details|plus de détails|más detalles',
  ),
  phrase(
    'tone',
    'negative',
    'friendly',
    '(?:sounds?|reads?|feels?) like (?:it was written by )?a (?:robot|machine|bot|computer)(?: wrote it)?|no (?:warmth|personality|soul)|lacks? (?:warmth|personality)',
  ),
  phrase(
    'tone',
    'negative',
    'casual',
    '(?:sounds?|reads?|feels?) like a (?:legal document|contract|manual|textbook|lecture|government form)|legalese|bureaucratic|corporate[- ]speak|stuffy|pompous',
  ),
  phrase(
    'tone',
    'negative',
    'neutral',
    '(?:sounds?|reads?|feels?) like (?:an?|one big) (?:ad|advert|advertisement|sales pitch|infomercial|commercial)|over the top|marketing speak',
  ),
  phrase(
    'tone',
    'negative',
    'enthusiastic',
    'puts me to sleep|no (?:energy|excitement|life)|lacks? (?:energy|excitement|enthusiasm|punch)',
  ),
  phrase(
    'tone',
    'negative',
    'casual',
    "(?:like|as if) (?:you(?:'re| are)|i(?:'m| am)) (?:talking|speaking|chatting) to a friend",
  ),
  phrase('tone', 'positive', undefined, 'exactly our voice|on[- ]brand'),
  phrase('tone', 'negative', undefined, 'off[- ]brand|not our voice'),
  phrase(
    'structure',
    'negative',
    'paragraphs',
    '(?:huge|big|one|giant|single)? ?(?:huge |big |long )?(?:wall|block)s? of text|break (?:it|this|the text) (?:up|into \\w+)|textwand|pavé de texte|bloque de texto|no paragraphs',
  ),
  phrase(
    'structure',
    'negative',
    undefined,
    'makes no sense|jumps around|all over the place|unstructured|disorgani[sz]ed|badly structured|poorly organi[sz]ed|start with the|hard to (?:skim|scan|follow|navigate)|durcheinander|désordonné|desordenado|no structure',
  ),
  phrase(
    'structure',
    'positive',
    undefined,
    'well[- ](?:organi[sz]ed|structured|laid out)|easy to (?:follow|skim|navigate)|good flow|flows well|gut strukturiert|bien structuré|bien estructurado',
  ),
  phrase(
    'style',
    'negative',
    'clearer',
    "hard to (?:understand|read)|difficult to (?:understand|read|follow)|read (?:it|this|that) (?:twice|three times|again|several times)|(?:don't|didn't|can't|couldn't) understand|makes? little sense|schwer (?:zu verstehen|verständlich)|difficile à (?:lire|comprendre)|difícil de (?:leer|entender)|what does (?:this|that|it) (?:even )?mean",
  ),
  phrase(
    'style',
    'positive',
    undefined,
    'easy to (?:read|understand)|reads well|leicht verständlich|facile à lire|fácil de leer',
  ),
  phrase(
    'style',
    'negative',
    'simpler',
    "sentences? (?:are|is|were|was) (?:\\w+ )?too (?:long|complex|complicated)|(?:long|endless) sentences|over (?:my|their|people's) heads?|shorter sentences|simpler words|satzungetüme|schachtelsätze|phrases trop longues|frases demasiado largas",
  ),
  phrase(
    'style',
    'negative',
    'less repetitive',
    '(?:says?|repeat\\w*|use[sd]?) the same (?:\\w+ )?(?:thing|sentence|word|phrase)?|over and over|again and again|repeats itself|wiederholt sich|se répète|se repite|wiederholungen|répétitions|repeticiones',
  ),
  phrase(
    'style',
    'negative',
    'more specific',
    'could be about (?:any|every)\\w*(?: product| company| one)?|one size fits all|nichtssagend',
  ),
  phrase(
    'accuracy',
    'negative',
    undefined,
    "made[- ]?up|invented|hallucinat\\w+|(?:can't|cannot|can not) (?:prove|back up|verify)|never said|factual(?:ly)? (?:errors?|wrong|incorrect|mistakes?)|(?:is|are) not true|isn't true|aren't true|not true|does(?:n't| not) exist|no longer (?:true|valid|available)|out[- ]of[- ]date|outdated|unsupported|erfunden|stimmt nicht|stimmen nicht|veraltet|inventé\\w*|inventad\\w+|double[- ]check the",
  ),
  phrase(
    'accuracy',
    'positive',
    undefined,
    'check(?:s)? out|factually correct|stimmt alles|well researched|got the facts right',
  ),
  phrase(
    'relevance',
    'negative',
    undefined,
    "off[- ]?topic|not what (?:i|we) (?:asked|wanted|ordered|requested|needed)\\w*(?: for)?|nothing to do with|ignor(?:es|ed|ing)|misse[sd] the point|beside the point|wrong (?:audience|topic|product|subject)|thema verfehlt|am thema vorbei|hors sujet|fuera de tema|no es lo que ped\\p{L}+|pas ce que (?:j'ai|nous avons) demandé|nicht (?:das,? )?was ich (?:wollte|bestellt habe)|irrelevant|forgot(?:ten)?(?: to (?:mention|include))?|left out|leaves out|omit(?:s|ted)|(?:doesn't|didn't|does not|did not|never) (?:mention|cover|address|answer)\\w*|not relevant|unrelated",
  ),
  phrase(
    'relevance',
    'positive',
    undefined,
    '(?:exactly|just) what (?:i|we) (?:asked|wanted|needed|ordered)\\w*(?: for)?|answers exactly(?: what i asked)?|(?:all|every) (?:the |my |our )?(?:key )?points? (?:\\w+ )?(?:covered|included|mentioned)|on[- ]topic|covers (?:everything|all)|follows the brief|genau (?:das,? )?was ich wollte',
  ),
  phrase(
    'quality',
    'positive',
    undefined,
    "nothing to (?:change|add|improve|complain about)|no complaints?|can(?:'t|not) complain|use it as is|use as is|(?:could(?:n't| not)|can(?:'t|not)) be better|not bad|well[- ](?:written|done|made)|good job|great job|nice (?:one|work|job)|thumbs up|spot on|hits? the mark|five stars|10/10|as good as it gets|gut gemacht|bien écrit|bien escrito|gut geschrieben|keep it up|no notes",
  ),
  phrase(
    'quality',
    'negative',
    undefined,
    "(?:would|could|will)(?:n't| never| not) (?:publish|use|post|send|share)\\w*(?: it| this)?|could be better|needs? (?:a lot of )?(?:work|improvement)|start over|rewrite (?:it|this)|waste of (?:time|money)|poorly written|badly written|(?:could|couldn't) care less|expected (?:better|more)|schlecht geschrieben|mal écrit|mal escrito|worse text|below (?:par|standard)|not (?:up to|good enough)[\\w ]*",
  ),
];

/** Verdicts without an object; their strength does not matter, only their side. */
export const positiveVerdicts = new Set(
  split(`good great excellent perfect perfectly love loved loves like liked likes nice brilliant fine right ok okay helpful helped solid lovely superb
    fantastic amazing awesome wonderful outstanding enjoy enjoyed best happy thanks thank pleased impressive impressed useful cool beautiful works
    worked appreciate well ideal spot-on terrific decent gut guter gute gutes super toll klasse perfekt prima richtig hervorragend ausgezeichnet gefällt schön
    bon bonne bien parfait parfaite excellente génial super j'aime j'adore bueno buena perfecto perfecta excelente genial encanta gusta estupendo magnífico
    interesting engaging strong effective better improved pleasant fits suits satisfied`),
);
export const negativeVerdicts = new Set(
  split(`bad terrible awful hate hated hates wrong poor weak worse worst horrible dislike disliked meh disappointing disappointed boring useless
    mediocre lame ugly rubbish garbage crap incorrect false inaccurate misleading unacceptable lacking annoying off inappropriate unsuitable unprofessional
    schlecht schlechter schlechte furchtbar falsch mies langweilig enttäuschend schrecklich mauvais mauvaise nul nulle faux fausse décevant ennuyeux horrible
    malo mala mal terrible incorrecto incorrecta incorrectos incorrectas falsos falsas aburrido decepcionante falso fatal pésimo mislead misleads sloppily incoherent nonsense`),
);
/** Verdicts that are about facts when nothing else is named. */
export const factVerdicts = new Set(
  split(
    'wrong incorrect false inaccurate misleading mislead misleads falsch faux fausse incorrecto incorrecta incorrectos incorrectas falso falsos',
  ),
);

export const negations = new Set(
  split(
    "not no never nothing none neither nor isn't wasn't aren't weren't don't doesn't didn't can't cannot couldn't won't wouldn't shouldn't hasn't haven't hardly barely without nobody nicht kein keine keinen nie ohne pas ne jamais sans sin nunca tampoco nada n'est ain't",
  ),
);
export const excesses = new Set(split('too overly excessively so zu trop demasiado demasiada excessive'));
/** "A bit short" blames as "too short" does, in a lower voice. */
export const mildExcesses = new Set(split('bit tad little rather somewhat slightly peu etwas poco kinda'));
export const increases = new Set(split('more mehr plus más bit-more additional extra'));
export const decreases = new Set(split('less fewer weniger moins menos'));
export const sufficiencies = new Set(split('enough genug assez suficiente suficientemente sufficiently'));
export const absences = new Set(
  split(
    'no without zero hardly missing lacks lacking lack kein keine keinen ohne sans sin faltan falta manque manquent fehlen fehlt free forgot needs need',
  ),
);
export const removals = new Set(
  split('drop remove delete avoid cut lose skip stop less fewer entfernen weglassen enlevez supprimez quita elimina'),
);
export const requests =
  /(?<![\p{L}])(?:please|pls|plz|should|could (?:you|be|use)|would (?:prefer|like|help|be|do)|wouldn't hurt|i'd (?:like|prefer|love)|prefer|i wish|wish|needs?|want|make (?:it|this|the)|add|include|use|drop|remove|cut|keep (?:it|this)|try|start with|instead|next time|give|bitte|könnte|sollte|s'il (?:vous|te) pla[iî]t|ajoutez|ajouter|por favor|agrega|agregue|añade|añadir|fewer|more|less|can we|could we|wären gut|wäre gut|il manque|needs?)(?![\p{L}])/iu;

function word(alternatives: string): RegExp {
  return new RegExp(`(?<![\\p{L}\\d])(?:${alternatives})(?![\\p{L}\\d])`, 'u');
}

function thing(aspect: AspectName, alternatives: string, present: string, absent: string): ThingWord {
  return { aspect, pattern: word(alternatives), present, absent, isFault: false };
}

function fault(aspect: AspectName, alternatives: string, absent: string | undefined): ThingWord {
  return { aspect, pattern: word(alternatives), ...(absent === undefined ? {} : { absent }), isFault: true };
}

function phrase(aspect: AspectName, polarity: Polarity, wanted: string | undefined, alternatives: string): Phrase {
  return { aspect, polarity, pattern: word(alternatives), ...(wanted === undefined ? {} : { wanted }) };
}

function split(words: string): string[] {
  return words.split(/\s+/).filter(Boolean);
}
