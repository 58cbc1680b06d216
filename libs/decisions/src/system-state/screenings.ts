import { ScreeningRequested } from '@contentflow/contracts';
import { promptVersion } from '@contentflow/recipes';
import { slice } from './slice.ts';

export interface ScreeningsState {
  /** Orders to try changes on held-out briefs, in order. */
  readonly screenings: readonly Screening[];
}

export interface Screening {
  readonly requestId: string;
  readonly contentType: string;
  /** Of each change that is tried. */
  readonly contexts: readonly string[];
  /** Hash of the prompt that examples were tried in; null where none were. */
  readonly examplesFor: string | null;
  readonly at: number;
}

export const screeningsSlice = slice<ScreeningsState>({ screenings: [] }).on(
  ScreeningRequested,
  ({ screenings }, { requestId, contentType, recipe, changes }, at) =>
    screenings.some((each) => each.requestId === requestId)
      ? 'they are screened already'
      : {
          screenings: [
            ...screenings,
            {
              requestId,
              contentType,
              contexts: changes.map(({ context }) => context),
              examplesFor: changes.some(({ change }) => change.kind === 'set_examples') ? promptVersion(recipe) : null,
              at,
            },
          ],
        },
);
