import type { ReactNode } from 'react';
import type { Listed } from '../api/documents.ts';
import { usePolled } from '../api/polling.ts';
import { useAsked } from './asked.ts';
import { Choice } from './choice.tsx';
import { Page } from './page.tsx';
import { Paging } from './paging.tsx';
import { Empty, Panel } from './panel.tsx';

const SHOWN = 25;

interface StatusListProps<Item> {
  readonly title: string;
  readonly lead: string;
  readonly panel: { readonly title: string; readonly name: string };
  /** Where the API lists them, by pages, narrowed by `status`. */
  readonly path: string;
  readonly everyMs: number;
  readonly statuses: readonly string[];
  /** What is said where there is none. */
  readonly none: string;
  /** What they are called, in lower case. */
  readonly of: string;
  readonly above?: (items: readonly Item[]) => ReactNode;
  readonly row: (item: Item, refresh: () => void) => ReactNode;
}

/** A page that lists what has a status: narrowed by it, the newest first, page by page. */
export function StatusList<Item>(props: StatusListProps<Item>) {
  const { title, lead, panel, path, everyMs, statuses, none, of, above, row } = props;
  const asked = useAsked(['status']);
  const { document, problem, refresh } = usePolled<Listed<Item>>(`${path}?limit=${SHOWN}${asked.query}`, everyMs);
  const items = document?.items ?? [];
  const choice = (
    <Choice
      label="Status"
      values={statuses}
      value={asked.value('status')}
      onChange={(status) => asked.set({ status })}
    />
  );
  return (
    <Page title={title} lead={lead}>
      <Panel {...panel} note={choice}>
        {items.length === 0 && <Empty>{problem ?? (document ? none : 'Loading …')}</Empty>}
        {items.length > 0 && above?.(items)}
        <ul className="rows">{items.map((item) => row(item, refresh))}</ul>
        <Paging next={document?.next} of={of} />
      </Panel>
    </Page>
  );
}
