import shipped from './comment-reader.json' with { type: 'json' };
import { learnRemarks, remarksIn } from './learn-comments.ts';
import { packed } from './shipped-reader.ts';
import training from './training-comments.json' with { type: 'json' };

describe('the shipped comment reader', () => {
  it('is what its training set teaches', () => {
    // When this fails: node tools/train-comment-reader.mjs
    const { classes, rows } = packed(learnRemarks(remarksIn(training.comments)));
    expect(classes).toEqual(shipped.classes);
    const [learned, kept] = [Buffer.from(rows, 'base64'), Buffer.from(shipped.rows, 'base64')];
    expect(learned).toHaveLength(kept.length);
    // The last bit of a logarithm is a processor's own.
    expect(learned.filter((byte, at) => byte !== kept[at]).length / kept.length).toBeLessThan(0.001);
  });
});
