import type { Recipe, RecipeChange } from '@contentflow/contracts';
import type { Listed } from '../api/documents.ts';
import { usePolled } from '../api/polling.ts';
import { Panel } from './panel.tsx';
import { PromptDifference } from './prompt-difference.tsx';

const SLOW_POLL_MS = 60_000;

interface ShownRecipe {
  readonly contentType: string;
  readonly recipe: Recipe;
}

/** What a change does to the prompt, beside the one in force now; nothing for changes of anything else. */
export function ChangedPrompt({
  contentType,
  change,
}: {
  readonly contentType: string;
  readonly change: RecipeChange;
}) {
  const { document: recipes } = usePolled<Listed<ShownRecipe>>('/v1/recipes', SLOW_POLL_MS);
  const inForce = recipes?.items.find((each) => each.contentType === contentType)?.recipe;
  const texts = inForce && textsOf(inForce, change);
  if (!texts) return null;
  const isInForce = texts.before === texts.after;
  return (
    <Panel title="The prompt, before and after" name="prompt-change" note={isInForce && 'it is in force'}>
      <PromptDifference {...texts} />
    </Panel>
  );
}

function textsOf({ prompt }: Recipe, change: RecipeChange): { before: string; after: string } | undefined {
  if (change.kind === 'replace_instructions') return { before: prompt.instructions, after: change.instructions };
  if (change.kind !== 'set_examples') return undefined;
  const written = (examples: Recipe['prompt']['examples']): string =>
    examples.map(({ brief, text }) => `Brief: ${brief}\nText: ${text}`).join('\n\n');
  return { before: written(prompt.examples), after: written(change.examples) };
}
