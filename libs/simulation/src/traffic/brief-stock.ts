/** What briefs are about. A topic is a thing with an adjective, a qualifier and a place; qualifiers come in pairs that mean different things. */

export interface Subject {
  readonly things: readonly string[];
  readonly points: readonly string[];
}

export const adjectives: readonly string[] = [
  'foldable',
  'handmade',
  'solar',
  'quiet',
  'compact',
  'vegan',
  'wooden',
  'waterproof',
  'vintage',
  'modular',
  'lightweight',
  'smart',
  'seasonal',
  'regional',
  'affordable',
  'award-winning',
  'refillable',
  'soft',
  'sturdy',
  'bright',
];

export const places: readonly string[] = [
  'Lindau',
  'Porto',
  'Bergen',
  'Ghent',
  'Tartu',
  'Galway',
  'Graz',
  'Lucca',
  'Utrecht',
  'Malmo',
  'Girona',
  'Bath',
  'Tampere',
  'Colmar',
  'Krakow',
  'Landau',
  'Aarhus',
  'Chester',
  'Rennes',
  'Bologna',
];

/** Either side of a pair looks like the other and means something else. */
export const qualifiers: readonly (readonly [string, string])[] = [
  ['with a cable', 'without a cable'],
  ['for left-handed people', 'for right-handed people'],
  ['for indoor use', 'for outdoor use'],
  ['under 20 euros', 'under 50 euros'],
  ['for the summer', 'for the winter'],
  ['with sugar', 'without sugar'],
  ['for 2 people', 'for 4 people'],
  ['open to members', 'not open to members'],
  ['before the opening', 'after the opening'],
  ['that can be rented', 'that cannot be rented'],
];

export const audiences: readonly string[] = [
  'young families',
  'commuters',
  'hobby cooks',
  'office teams',
  'students',
  'weekend hikers',
  'gardeners',
  'small shops',
  'new customers',
  'retired travellers',
  'sports clubs',
  'music lovers',
];

export const keywordStock: readonly string[] = [
  'everyday comfort',
  'sustainable living',
  'gift idea',
  'small budget',
  'local craft',
  'healthy routine',
  'time saving',
  'quality guide',
  'easy start',
  'home office',
  'slow travel',
  'fresh ideas',
];

const productPoints: readonly string[] = [
  'a battery that lasts {n} hours',
  'a weight of only {n} grams',
  'free shipping within {n} days',
  'a warranty of {n} months',
  'a cover made of recycled cotton',
  'a handle of oiled beech',
  'a dishwasher-safe lid',
  'spare parts for {n} years',
  'a choice of {n} colours',
  'a magnetic clasp',
  'a hidden inner pocket',
  'a water-repellent coating',
  'assembly in {n} minutes',
  'a discount of {n} percent in May',
  'a silent motor',
  'a matching carrying bag',
];
const eventPoints: readonly string[] = [
  'the meeting starts at {n} past nine',
  'parking is free behind the hall',
  'tickets cost {n} euros',
  'registration closes on Friday',
  'lunch is included',
  'the room holds {n} guests',
  'children under {n} pay nothing',
  'a recording is sent afterwards',
  'the host speaks Italian and English',
  'seats can be swapped online',
  'the lift is out of order',
  'bring a warm jacket',
  'the last bus leaves at midnight',
  'a waiting list is open',
  'members save {n} percent',
  'the stage is outdoors',
];
const ideaPoints: readonly string[] = [
  'a survey of {n} households',
  'the effect fades after {n} weeks',
  'three mistakes of beginners',
  'a checklist for the first day',
  'the history since the old town market',
  'the cost of waiting {n} months',
  'a comparison of two methods',
  'advice from a local teacher',
  'the role of good light',
  'why cheap tools fail',
  'how neighbours share the work',
  'the myth of the perfect plan',
  'a budget of {n} euros',
  'the quiet hours of the morning',
  'what doctors recommend',
  'an interview with the founder',
];

const product: Subject = {
  things: [
    'desk lamp',
    'backpack',
    'coffee grinder',
    'garden chair',
    'water bottle',
    'bike light',
    'cutting board',
    'tent',
    'wool blanket',
    'bookshelf',
    'rain jacket',
    'teapot',
  ],
  points: productPoints,
};
const event: Subject = {
  things: [
    'cooking class',
    'spring concert',
    'delivery update',
    'team workshop',
    'book fair',
    'harbour tour',
    'repair evening',
    'yoga course',
    'market day',
    'film night',
    'language course',
    'charity run',
  ],
  points: eventPoints,
};
const idea: Subject = {
  things: [
    'herb garden',
    'sleep routine',
    'travel plan',
    'bread recipe',
    'savings plan',
    'study method',
    'balcony project',
    'walking route',
    'family calendar',
    'repair guide',
    'photo diary',
    'energy plan',
  ],
  points: ideaPoints,
};

const subjects: Readonly<Record<string, Subject>> = {
  product_description: product,
  ad_copy: product,
  email: event,
  social_post: event,
  headline: event,
};

export const subjectOf = (contentType: string): Subject => subjects[contentType] ?? idea;
