import type { ContentDocument } from '@contentflow/contracts';
import { useState } from 'react';
import { sendJson } from '../api/http.ts';
import { usePolled } from '../api/polling.ts';
import { count, duration, instant, money, score, share, shortId, spaced, words } from '../format.ts';
import { Dialog } from '../parts/dialog.tsx';
import { SimulatedMark } from '../parts/panel.tsx';
import { ReasonDialog } from '../parts/reason-dialog.tsx';
import { ValueTree } from '../parts/value-tree.tsx';

/** One content item: what was written, what was asked for, what it took and what it measures. */
export function ContentDialog({ id, onClose }: { readonly id: string; readonly onClose: () => void }) {
  const { document: content, problem, refresh } = usePolled<ContentDocument>(`/v1/content/${id}`, 2000);
  const [isCancelling, setIsCancelling] = useState(false);
  const title = content?.content?.title ?? content?.brief.topic ?? 'Content';
  return (
    <Dialog title={title} onClose={onClose}>
      {content ? <ContentDetails content={content} /> : <p>{problem ?? 'Loading …'}</p>}
      {content?.endedAt === undefined && content && (
        <button type="button" className="quiet" onClick={() => setIsCancelling(true)}>
          Cancel
        </button>
      )}
      {isCancelling && (
        <ReasonDialog
          title="Cancel"
          consequence="Its making is broken off, and it ends as failed. What was called until then is paid for."
          confirm="Cancel it"
          onConfirm={async (reason) => {
            await sendJson('POST', `/v1/content/${encodeURIComponent(id)}/cancel`, { reason });
            refresh();
          }}
          onClose={() => setIsCancelling(false)}
        />
      )}
    </Dialog>
  );
}

function ContentDetails({ content }: { readonly content: ContentDocument }) {
  const { status, brief, quality, error, simulated } = content;
  return (
    <>
      <p className="line">
        <span className={`tag ${status}`}>{status}</span>
        <span className="tag">{words(brief.contentType)}</span>
        {simulated && <SimulatedMark />}
        <code className="muted">{content.id}</code>
      </p>
      {error && <p className="bad">{`${words(error.failure)}: ${error.message}`}</p>}
      {content.content && <div className="body">{content.content.body}</div>}
      {quality && (
        <>
          <h3>
            Quality {score(quality.score)} ({score(quality.lower)} to {score(quality.upper)})
          </h3>
          <dl className="measures">
            {Object.entries(quality.measures).map(([name, value]) => (
              <div key={name}>
                <dt>{spaced(name)}</dt>
                <dd>
                  <meter value={value} min={0} max={1} aria-label={spaced(name)} /> {share(value)}
                </dd>
              </div>
            ))}
          </dl>
        </>
      )}
      <h3>Usage</h3>
      <Usage content={content} />
      <h3>Brief</h3>
      <ValueTree value={brief} />
    </>
  );
}

function Usage({ content }: { readonly content: ContentDocument }) {
  const { usage, recipe, holdback, exposures, acceptedAt, endedAt, revised, belowThreshold } = content;
  const facts: readonly (readonly [string, string])[] = [
    ['time', duration(usage.timeMs)],
    ['wait in queues', duration(usage.waitMs)],
    ['cost', money(usage.cost)],
    ['tokens', `${count(usage.tokensIn)} in, ${count(usage.tokensOut)} out`],
    ['calls', count(usage.calls)],
    ['cache', usage.cache],
    ['recipe', recipe ? `${recipe}${holdback ? ' (holdback: generation 0)' : ''}` : 'none yet'],
    [
      'exposures',
      exposures.map(({ experiment, variant }) => `${variant} of ${shortId(experiment)}`).join(', ') || 'none',
    ],
    ['accepted', instant(acceptedAt)],
    ['ended', endedAt === undefined ? 'not yet' : instant(endedAt)],
    ...(revised ? ([['revised', belowThreshold ? 'once, and still below the threshold' : 'once']] as const) : []),
  ];
  return (
    <dl className="tree">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
