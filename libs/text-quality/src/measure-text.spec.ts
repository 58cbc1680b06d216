import { measureNames, measureText, type MeasuredBrief, type MeasureName } from './index.ts';

const brief: MeasuredBrief = {
  contentType: 'product_description',
  topic: 'Aurora reading lamp',
  audience: 'students',
  tone: 'friendly',
  length: 120,
  keyPoints: ['battery lasts 20 hours', 'three brightness levels', 'recycled aluminium body', 'two-year warranty'],
  keywords: ['reading lamp', 'warm light'],
  language: 'en',
};

const good = `Meet the Aurora reading lamp, your new favourite companion for late study nights. Its warm light is gentle on your eyes, and you can pick from three brightness levels to match your mood.

The battery lasts 20 hours on a single charge, so you'll never have to hunt for a socket in the library. We made the body from recycled aluminium, which keeps it light in your bag and kind to the planet.

Clip it to a book, stand it on a desk or hang it over your bed. We know you'll love it, and a two-year warranty means you can relax if anything goes wrong. Treat yourself to a cosy corner and enjoy every page.`;

const flawed: Readonly<Record<string, readonly [string, MeasureName]>> = {
  'missing key points': [
    `Meet the Aurora reading lamp, your new favourite companion for late study nights. Its warm light is gentle on your eyes, and you can place it wherever you like to sit and read.

It goes wherever you go, so you'll never have to hunt for a good spot in the library. We made it small and kind to the eyes, and it slips into any bag without a fuss at all.

Clip it to a book, stand it on a desk or hang it over your bed. We know you'll love it, and you can relax and read for as long as you like. Treat yourself to a cosy corner and enjoy every page of your story.`,
    'keyPointCoverage',
  ],
  repetitive: [
    `${good.slice(0, good.indexOf('Clip it'))}The battery lasts 20 hours on a single charge, so you'll never have to hunt for a socket in the library. The battery lasts 20 hours on a single charge, so you'll never have to hunt for a socket in the library. We love the two-year warranty.`,
    'repetition',
  ],
  'full of slips': [
    good
      .replace('your new favourite', "you're new new freindly")
      .replace('Its warm light is', 'its warm light are')
      .replace('a single charge', 'an single charge')
      .replace('We made', 'we  made')
      .replace('We know', 'They is sure'),
    'grammar',
  ],
  'off tone': [
    `The Aurora reading lamp constitutes a comprehensive illumination solution. The apparatus furthermore provides three brightness levels in order to facilitate optimal visibility, and its warm light demonstrates considerable uniformity.

The battery lasts 20 hours subsequent to a complete charging procedure. The housing comprises recycled aluminium in accordance with applicable environmental requirements, thereby ensuring substantial durability.

The manufacturer shall provide a two-year warranty. Prior to initial utilisation, individuals are requested to consult the accompanying documentation, which indicates the appropriate procedures regarding installation, maintenance and disposal of the respective components.`,
    'toneFit',
  ],
  'too short': [
    'Meet the Aurora reading lamp with warm light. You will love its three brightness levels and the battery that lasts 20 hours. The recycled aluminium body has a two-year warranty.',
    'lengthFit',
  ],
  'too long': [
    `${good}\n\n${good.replaceAll('lamp', 'light').replaceAll('battery', 'cell')}\n\nThere is a little more to say about how you can set it up at home. Place it near the window and let it greet you in the evening. Some of our friends take it on the train. Others keep one in the kitchen for cookbooks and quiet mornings with tea. However you use it, we hope it brings you many happy hours with the stories you care about most.`,
    'lengthFit',
  ],
  'in the wrong language': [
    `Lernen Sie die Leselampe Aurora kennen, Ihre neue Begleiterin für lange Abende am Schreibtisch. Ihr warmes Licht schont die Augen, und Sie wählen aus drei Helligkeitsstufen.

Der Akku hält 20 Stunden mit einer einzigen Ladung, sodass Sie in der Bibliothek nie nach einer Steckdose suchen müssen. Das Gehäuse besteht aus recyceltem Aluminium und ist leicht.

Klemmen Sie die Lampe an ein Buch oder stellen Sie sie auf den Tisch. Mit zwei Jahren Garantie können Sie sich entspannen. Gönnen Sie sich eine gemütliche Ecke und genießen Sie jede Seite.`,
    'languageFit',
  ],
  'with invented numbers': [
    good
      .replace('gentle on your eyes', 'gentle on your eyes, cutting strain by 73%')
      .replace('in the library', 'in the library, and 45,000 students agree')
      .replace('light in your bag', 'light at 184 g in your bag'),
    'groundedness',
  ],
};

describe('a good text beats every flawed one under the same brief', () => {
  const best = measureText(brief, good);

  it('is good in every measure', () => {
    expect(measureNames.filter((name) => best.measures[name] < 0.8)).toEqual([]);
    expect(best.score).toBeGreaterThan(9);
  });

  it.each(Object.entries(flawed))('%s', (_, [text, measure]) => {
    const worse = measureText(brief, text);
    expect(worse.score).toBeLessThan(best.score - 0.2);
    expect(worse.measures[measure]).toBeLessThan(best.measures[measure] - 0.2);
  });
});
