import type { ContentDocument, ContentTrace } from '@contentflow/contracts';
import { useState } from 'react';
import { Link, useLocation } from 'wouter';
import { addressOf } from '../addresses.ts';
import { sendJson } from '../api/http.ts';
import { usePolled } from '../api/polling.ts';
import { evidenceIn } from '../evidence.ts';
import { count, duration, instant, money, score, share, shortId, spaced, words } from '../format.ts';
import { FeedbackPanel } from '../panels/feedback-panel.tsx';
import { TracePanel } from '../panels/trace-panel.tsx';
import { Facts } from '../parts/facts.tsx';
import { Panel } from '../parts/panel.tsx';
import { Page } from '../parts/page.tsx';
import { ReasonDialog } from '../parts/reason-dialog.tsx';
import { ValueTree } from '../parts/value-tree.tsx';

const MAKING_EVERY_MS = 2000;
const MADE_EVERY_MS = 60_000;
const UP = { path: '/content', name: 'Content' };

/** One content: what was written, what was asked for, how it came about, what it cost, and what readers say. */
export function ContentPage({ id }: { readonly id: string }) {
  const path = `/v1/content/${encodeURIComponent(id)}`;
  const [hasEnded, setHasEnded] = useState(false);
  const {
    document: content,
    problem,
    refresh,
  } = usePolled<ContentDocument>(path, hasEnded ? MADE_EVERY_MS : MAKING_EVERY_MS);
  if (content?.endedAt !== undefined && !hasEnded) setHasEnded(true);
  if (!content)
    return (
      <Page title="Content" up={UP}>
        <p>{problem ?? 'Loading …'}</p>
      </Page>
    );
  return (
    <Page
      title={content.content?.title ?? content.brief.topic}
      up={UP}
      lead={
        <>
          <span className={`tag ${content.status}`}>{content.status}</span> {words(content.contentType)},{' '}
          {instant(content.acceptedAt)}
        </>
      }
      actions={<Actions content={content} onChanged={refresh} />}
    >
      {content.error && <p className="bad">{`${words(content.error.failure)}: ${content.error.message}`}</p>}
      <div className="grid">
        <TextPanel content={content} />
        <Panel title="What it took" name="usage">
          <Usage content={content} />
        </Panel>
        {hasEnded && content.content && <FeedbackPanel content={content} />}
        <Panel title="Brief" name="asked">
          <ValueTree value={content.brief} />
        </Panel>
        {hasEnded && <Trace id={id} />}
      </div>
    </Page>
  );
}

/** Asked for once: what was made stays as it was. */
function Trace({ id }: { readonly id: string }) {
  const { document: trace, problem } = usePolled<ContentTrace>(
    `/v1/content/${encodeURIComponent(id)}/trace`,
    MADE_EVERY_MS * 60,
  );
  return <TracePanel trace={trace} problem={problem} />;
}

function Actions({ content, onChanged }: { readonly content: ContentDocument; readonly onChanged: () => void }) {
  const [isCancelling, setIsCancelling] = useState(false);
  const [said, setSaid] = useState('');
  const [, navigate] = useLocation();
  const body = content.content?.body;

  async function copy(): Promise<void> {
    await navigator.clipboard.writeText(body ?? '');
    setSaid('copied');
  }
  async function again(): Promise<void> {
    const { metadata, ...brief } = content.brief;
    try {
      const { id } = await sendJson<{ id: string }>('POST', '/v1/content', {
        ...brief,
        ...(metadata && { metadata }),
        cache: 'off',
      });
      navigate(addressOf('content', id));
    } catch (error) {
      setSaid((error as Error).message);
    }
  }
  return (
    <>
      <span role="status" className="muted">
        {said}
      </span>
      {body !== undefined && (
        <button type="button" className="quiet" onClick={() => void copy()}>
          Copy text
        </button>
      )}
      {content.endedAt !== undefined && !content.forgotten && !content.sealed && (
        <button type="button" className="quiet" onClick={() => void again()}>
          Make again
        </button>
      )}
      {content.endedAt === undefined && (
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
            await sendJson('POST', `/v1/content/${encodeURIComponent(content.id)}/cancel`, { reason });
            onChanged();
          }}
          onClose={() => setIsCancelling(false)}
        />
      )}
    </>
  );
}

function TextPanel({ content }: { readonly content: ContentDocument }) {
  const { quality, brief, content: text } = content;
  return (
    <Panel
      title="Text"
      name="text"
      note={quality && `quality ${score(quality.score)} (${score(quality.lower)} to ${score(quality.upper)})`}
    >
      {text ? (
        <div className="body" data-testid="body">
          {evidenceIn(text.body, [...(brief.keyPoints ?? []), ...(brief.keywords ?? [])]).map(
            ({ isEvidence, text: part }, index) =>
              isEvidence ? <mark key={index}>{part}</mark> : <span key={index}>{part}</span>,
          )}
        </div>
      ) : (
        <p className="empty">{content.endedAt === undefined ? 'It is being made.' : 'Nothing was made.'}</p>
      )}
      {text && (brief.keyPoints ?? brief.keywords) && (
        <p className="muted">Marked: words of the key points and keywords that were asked for.</p>
      )}
      {Object.entries(text?.extras ?? {}).map(([name, extra]) => (
        <p key={name}>
          <b>{spaced(name)}</b> {extra}
        </p>
      ))}
      {quality && (
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
      )}
    </Panel>
  );
}

function Usage({ content }: { readonly content: ContentDocument }) {
  const { id, usage, recipe, holdback, exposures, improvements = [], acceptedAt, endedAt, keyId, batchId } = content;
  const { revised, belowThreshold, nearDuplicate } = content;
  return (
    <Facts
      facts={[
        ['Cost', money(usage.cost)],
        ['Time', duration(usage.timeMs)],
        ['Wait in queues', duration(usage.waitMs)],
        ['Tokens', `${count(usage.tokensIn)} in, ${count(usage.tokensOut)} out`],
        ['Calls', count(usage.calls)],
        ['Cache', usage.cache],
        [
          'Recipe',
          recipe ? (
            <>
              <Link href={`/content?recipe=${encodeURIComponent(recipe)}`}>{shortId(recipe)}</Link>
              {holdback && ' (held back: generation 0)'}
            </>
          ) : (
            'none yet'
          ),
        ],
        improvements.length > 0 && [
          'Improvements',
          improvements.map((each) => (
            <Link key={each} href={addressOf('improvements', each)} className="listed">
              {shortId(each)}
            </Link>
          )),
        ],
        exposures.length > 0 && [
          'Experiments',
          exposures.map(({ experiment, variant }) => (
            <Link key={experiment} href={addressOf('experiments', experiment)} className="listed">
              {variant} of {shortId(experiment)}
            </Link>
          )),
        ],
        ['Accepted', instant(acceptedAt)],
        ['Ended', endedAt === undefined ? 'not yet' : instant(endedAt)],
        revised ? ['Revised', belowThreshold ? 'once, and still below the threshold' : 'once'] : false,
        nearDuplicate && [
          'Nearly repeats',
          <Link href={addressOf('content', nearDuplicate.of)}>{shortId(nearDuplicate.of)}</Link>,
        ],
        keyId !== undefined && ['Key', keyId],
        batchId !== null && ['Batch', batchId],
        ['Id', <code>{id}</code>],
      ]}
    />
  );
}
