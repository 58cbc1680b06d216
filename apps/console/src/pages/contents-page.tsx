import type { ContentRow } from '@contentflow/contracts';
import { type FormEvent, useState } from 'react';
import { Link } from 'wouter';
import { addressOf } from '../addresses.ts';
import type { Listed } from '../api/documents.ts';
import { usePolled } from '../api/polling.ts';
import { count, duration, instant, money, score, words } from '../format.ts';
import { BriefPanel } from '../panels/brief-panel.tsx';
import { useAsked } from '../parts/asked.ts';
import { useHeld } from '../parts/held.ts';
import { Empty, Panel } from '../parts/panel.tsx';
import { Page } from '../parts/page.tsx';
import { Paging } from '../parts/paging.tsx';

const SHOWN = 30;
const EVERY_MS = 4000;
/** What one looks for by words or figures takes its time, and is not asked for again by itself so often. */
const SEARCHED_EVERY_MS = 60_000;
const SEARCHES = ['search', 'model', 'minScore', 'maxScore', 'minCost', 'maxCost', 'key'];
const FILTERS = ['status', 'contentType', 'recipe', 'from', 'to', ...SEARCHES];

/** Everything that was made, to be searched. The list stands still while one points at it. */
export function ContentsPage() {
  const asked = useAsked(FILTERS);
  const isSearched = SEARCHES.some((name) => asked.value(name) !== '');
  const { document, problem } = usePolled<Listed<ContentRow>>(
    `/v1/content?view=row&limit=${SHOWN}${asked.query}`,
    isSearched ? SEARCHED_EVERY_MS : EVERY_MS,
  );
  const { held, isHeld, handlers } = useHeld(document?.items, asked.query);
  const items = held ?? [];
  return (
    <Page title="Content" lead="Every content that was made or is being made, the latest first.">
      <BriefPanel />
      <Panel title="All content" name="contents" note={isHeld && 'held while you look'}>
        <Filters key={asked.query} asked={asked} />
        {items.length === 0 ? (
          <Empty>{problem ?? (document ? nothingFound(document.next) : 'Loading …')}</Empty>
        ) : (
          <ul className="rows" {...handlers}>
            {items.map((content) => (
              <ContentRowItem key={content.id} content={content} />
            ))}
          </ul>
        )}
        <Paging next={document?.next} of="contents" />
      </Panel>
    </Page>
  );
}

const nothingFound = (next: string | null): string =>
  next === null ? 'None is like that.' : 'None among the latest 5,000; older ones may be.';

function Filters({ asked: { value, set } }: { readonly asked: ReturnType<typeof useAsked> }) {
  const { document: recipes } = usePolled<Listed<{ contentType: string }>>('/v1/recipes', 60_000);
  const [isWide, setIsWide] = useState(FILTERS.slice(4).some((name) => name !== 'search' && value(name) !== ''));
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    set(Object.fromEntries(FILTERS.map((name) => [name, String(form.get(name) ?? '').trim()])));
  };
  const field = (name: string, label: string, type = 'text') => (
    <label>
      {label}
      <input name={name} type={type} step="any" defaultValue={value(name)} />
    </label>
  );
  return (
    <form role="search" onSubmit={submit} className="filters">
      <div className="fields">
        <label className="wide">
          Words in topic or text
          <input name="search" type="search" defaultValue={value('search')} />
        </label>
        <label>
          Content type
          <select name="contentType" defaultValue={value('contentType')}>
            <option value="">all</option>
            {[...new Set([value('contentType'), ...(recipes?.items ?? []).map(({ contentType }) => contentType)])]
              .filter((type) => type !== '')
              .map((type) => (
                <option key={type} value={type}>
                  {words(type)}
                </option>
              ))}
          </select>
        </label>
        <label>
          Status
          <select name="status" defaultValue={value('status')}>
            <option value="">all</option>
            {['generated', 'generating', 'accepted', 'failed'].map((status) => (
              <option key={status} value={status}>
                {status}
              </option>
            ))}
          </select>
        </label>
      </div>
      <details open={isWide} onToggle={({ currentTarget }) => setIsWide(currentTarget.open)}>
        <summary>Model, score, cost, time, recipe, key</summary>
        <div className="fields">
          {field('model', 'Model')}
          {field('minScore', 'Score from', 'number')}
          {field('maxScore', 'Score to', 'number')}
          {field('minCost', 'Cost from, $', 'number')}
          {field('maxCost', 'Cost to, $', 'number')}
          {field('from', 'Accepted from, UTC')}
          {field('to', 'Accepted before, UTC')}
          {field('recipe', 'Recipe version')}
          {field('key', 'Id of the key')}
        </div>
      </details>
      <div className="line">
        <button type="submit">Search</button>
        <button type="button" className="quiet" onClick={() => set({})}>
          Show all
        </button>
      </div>
    </form>
  );
}

export function ContentRowItem({ content }: { readonly content: ContentRow }) {
  const { id, status, topic, contentType, acceptedAt } = content;
  return (
    <li>
      <Link href={addressOf('content', id)} className="row" data-content={id} data-status={status}>
        <span className="line">
          <span className={`tag ${status}`}>{status}</span>
          <span className="topic">{topic}</span>
          <time className="muted">{instant(acceptedAt)}</time>
        </span>
        <span className="line muted">
          <span>{words(contentType)}</span>
          {outcomeOf(content).map((part) => (
            <span key={part}>{part}</span>
          ))}
        </span>
      </Link>
    </li>
  );
}

function outcomeOf({
  endedAt,
  error,
  score: quality,
  belowThreshold,
  cost,
  timeMs,
  tokens,
  ...row
}: ContentRow): string[] {
  if (endedAt === undefined) return [];
  return [
    ...(error ? [words(error.failure)] : []),
    ...(quality === null ? [] : [`quality ${score(quality)}${belowThreshold ? ', below threshold' : ''}`]),
    money(cost),
    duration(timeMs),
    `${count(tokens)} tokens`,
    ...(row.models.length > 0 ? [row.models.join(', ')] : []),
    ...(row.holdback ? ['held back'] : []),
    ...(row.experiments > 0 ? [`${row.experiments} ${row.experiments === 1 ? 'experiment' : 'experiments'}`] : []),
  ];
}
