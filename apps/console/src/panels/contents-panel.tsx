import type { ContentDocument } from '@contentflow/contracts';
import { useState } from 'react';
import type { Listed } from '../api/documents.ts';
import { usePolled } from '../api/polling.ts';
import { count, duration, money, score, shortId, timeOfDay, words } from '../format.ts';
import { useHeld } from '../parts/held.ts';
import { Empty, Panel } from '../parts/panel.tsx';
import { ContentDialog } from './content-dialog.tsx';

const SHOWN = 30;

/** Contents as they come, the latest first. The list stands still while one points at it. */
export function ContentsPanel() {
  const [status, setStatus] = useState('');
  const filter = status === '' ? '' : `&status=${status}`;
  const { document, problem } = usePolled<Listed<ContentDocument>>(`/v1/content?limit=${SHOWN}${filter}`, 1500);
  const [opened, setOpened] = useState<string>();
  const { held, isHeld, release, handlers } = useHeld(document?.items);
  const items = held ?? [];
  const show = (chosen: string): void => {
    release();
    setStatus(chosen);
  };
  return (
    <Panel
      title="Contents"
      name="contents"
      simulated={items.some(({ simulated }) => simulated)}
      note={
        <>
          {isHeld && <span>held while you look · </span>}
          <label>
            Show{' '}
            <select value={status} onChange={({ target }) => show(target.value)}>
              <option value="">all</option>
              <option value="generated">generated</option>
              <option value="generating">generating</option>
              <option value="failed">failed</option>
            </select>
          </label>
        </>
      }
    >
      {items.length === 0 ? (
        <Empty>{problem ?? (document ? nothingOf(status) : 'Loading …')}</Empty>
      ) : (
        <ul className="rows feed" {...handlers}>
          {items.map((content) => (
            <ContentRow key={content.id} content={content} onOpen={() => setOpened(content.id)} />
          ))}
        </ul>
      )}
      {opened && <ContentDialog id={opened} onClose={() => setOpened(undefined)} />}
    </Panel>
  );
}

const nothingOf = (status: string): string =>
  status === '' ? 'Nothing yet. Post a brief, and it appears here at once.' : `None is ${status} now.`;

interface ContentRowProps {
  readonly content: ContentDocument;
  readonly onOpen: () => void;
}

export function ContentRow({ content, onOpen }: ContentRowProps) {
  const { status, brief, acceptedAt } = content;
  return (
    <li>
      <button type="button" className="row" onClick={onOpen} data-content={content.id} data-status={status}>
        <span className="line">
          <span className={`tag ${status}`}>{status}</span>
          <span className="topic">{brief.topic}</span>
          <time className="muted">{timeOfDay(acceptedAt)}</time>
        </span>
        <span className="line muted">
          <span>{words(brief.contentType)}</span>
          {outcomeOf(content).map((part) => (
            <span key={part}>{part}</span>
          ))}
          {content.recipe && <code>{content.holdback ? 'holdback' : shortId(content.recipe)}</code>}
        </span>
      </button>
    </li>
  );
}

function outcomeOf({ status, quality, usage, exposures, error, belowThreshold }: ContentDocument): string[] {
  if (status === 'accepted' || status === 'generating') return [];
  return [
    ...(error ? [words(error.failure)] : []),
    ...(quality ? [`quality ${score(quality.score)}${belowThreshold ? ', below threshold' : ''}`] : []),
    money(usage.cost),
    duration(usage.timeMs),
    `${count(usage.tokensIn + usage.tokensOut)} tokens`,
    ...(exposures.length > 0 ? [`${exposures.length} ${exposures.length === 1 ? 'experiment' : 'experiments'}`] : []),
  ];
}
