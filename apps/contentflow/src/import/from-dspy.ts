import {
  at,
  type Imported,
  type ImportSource,
  isObject,
  type Json,
  type Left,
  listAt,
  numberAt,
  recipeOf,
  textAt,
} from './imported.ts';

/** What optimizers add to a demonstration, and readers never see. */
const NOT_SHOWN = ['augmented', 'reasoning', 'rationale'];

/** A program that DSPy saved, also one that GEPA or MIPRO has optimized: each predictor with its instructions and demonstrations. */
export function fromDspy({ name, text }: ImportSource): Imported {
  const left: Left[] = [];
  const program: unknown = JSON.parse(text);
  const predictors = Object.entries(isObject(program) ? program : {}).filter(
    (entry): entry is [string, Json] => isObject(entry[1]) && isObject(at(entry[1], 'signature')),
  );
  if (predictors.length > 1)
    left.push({
      what: 'how the predictors follow each other',
      why: 'a saved program does not say it: each is a content type of its own',
    });
  const recipes = predictors.map(([predictor, saved]) => {
    const own = predictors.length === 1 ? name : `${name} ${predictor}`;
    const fields = listAt(saved, 'signature', 'fields').map((field) =>
      `${textAt(field, 'prefix') ?? ''} ${textAt(field, 'description') ?? ''}`.trim(),
    );
    const examples = listAt(saved, 'demos').flatMap((demo) => exampleOf(demo) ?? []);
    const unused = listAt(saved, 'demos').length - examples.length;
    if (unused > 0)
      left.push({ what: `${predictor}: ${unused} demonstrations`, why: 'they have no question and answer' });
    if (fields.length > 0)
      left.push({
        what: `${predictor}: its fields (${fields.join('; ')})`,
        why: 'a brief has a topic, key points and metadata instead',
      });
    return recipeOf(
      {
        name: own,
        system: textAt(saved, 'signature', 'instructions') ?? '',
        user: '',
        examples,
        // `openai/gpt-5-mini` names its vendor too.
        model: textAt(saved, 'lm', 'model')?.replace(/^[^/]+\//, ''),
        temperature: numberAt(saved, 'lm', 'temperature'),
      },
      left,
    );
  });
  return { providers: [], recipes, left };
}

/** What was asked, field by field, and the last field as the answer. */
function exampleOf(demo: unknown): { brief: string; text: string } | undefined {
  const fields = Object.entries(isObject(demo) ? demo : {}).filter(
    ([name, value]) => !NOT_SHOWN.includes(name) && typeof value === 'string',
  );
  const answer = fields.at(-1);
  if (!answer || fields.length < 2) return undefined;
  const asked = fields.slice(0, -1).map(([name, value]) => `${name}: ${String(value)}`);
  return { brief: asked.join('\n'), text: String(answer[1]) };
}
