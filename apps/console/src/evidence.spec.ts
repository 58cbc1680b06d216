import { evidenceIn } from './evidence.ts';

it('marks the words that were asked for, and no others', () => {
  expect(evidenceIn('Keeps COLD for hours. Über alles.', ['cold for hours', 'über'])).toEqual([
    { text: 'Keeps ', isEvidence: false },
    { text: 'COLD', isEvidence: true },
    { text: ' for ', isEvidence: false },
    { text: 'hours', isEvidence: true },
    { text: '. ', isEvidence: false },
    { text: 'Über', isEvidence: true },
    { text: ' alles.', isEvidence: false },
  ]);
  expect(evidenceIn('', ['x'])).toEqual([]);
});
