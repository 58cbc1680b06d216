import { useState } from 'react';
import { Link } from 'wouter';
import { addressOf } from '../addresses.ts';
import type { Guardrails, ListedImprovement } from '../api/documents.ts';
import { sendJson } from '../api/http.ts';
import { usePolled } from '../api/polling.ts';
import { describeChange, titleOfChange } from '../decision-sentences.ts';
import { count, instant, money, shortId, spaced, words } from '../format.ts';
import { ChangedPrompt } from '../parts/changed-prompt.tsx';
import { Facts } from '../parts/facts.tsx';
import { History } from '../parts/history.tsx';
import { Interval, spanOf } from '../parts/interval.tsx';
import { Panel } from '../parts/panel.tsx';
import { Page } from '../parts/page.tsx';
import { ReasonDialog } from '../parts/reason-dialog.tsx';

const EVERY_MS = 5000;
const UP = { path: '/improvements', name: 'Improvements' };

/** One change in force, or that was: what it does, what it cost and brought, and a person's hand on it. */
export function ImprovementPage({ id }: { readonly id: string }) {
  const {
    document: improvement,
    problem,
    refresh,
  } = usePolled<ListedImprovement>(`/v1/improvements/${encodeURIComponent(id)}`, EVERY_MS);
  const [asked, setAsked] = useState<'rollback' | 'restore'>();
  if (!improvement)
    return (
      <Page title="Improvement" up={UP}>
        <p>{problem ?? 'Loading …'}</p>
      </Page>
    );
  const { status, contentType, change, impact } = improvement;
  const title = titleOfChange(change);
  const isOut = status === 'rolled_back';
  return (
    <Page
      title={title}
      up={UP}
      lead={
        <>
          <span className={`tag ${status}`}>{words(status)}</span> {words(contentType)}
        </>
      }
      actions={
        <button type="button" className="quiet" onClick={() => setAsked(isOut ? 'restore' : 'rollback')}>
          {isOut ? 'Undo the rollback' : 'Roll back'}
        </button>
      }
    >
      <div className="grid">
        <Panel title="What it does" name="effects" note="as its trial measured it">
          <Effects impact={impact} />
        </Panel>
        <Panel title="Its account" name="account">
          <AccountFacts improvement={improvement} />
        </Panel>
        <Panel title="Margins" name="margins">
          <Margins guardrails={improvement.guardrails} />
        </Panel>
        <ChangedPrompt contentType={contentType} change={change} />
        <History subject={id} />
      </div>
      {asked && (
        <ReasonDialog
          title={asked === 'rollback' ? 'Roll back' : 'Undo the rollback'}
          consequence={
            asked === 'rollback'
              ? `“${title}” leaves the recipe of ${words(contentType)}; what was applied after it stays. It can be brought back.`
              : `“${title}” stands again where it stood, and is watched as if it were new.`
          }
          confirm={asked === 'rollback' ? 'Roll back' : 'Bring it back'}
          onConfirm={async (reason) => {
            await sendJson('POST', `/v1/improvements/${encodeURIComponent(id)}/${asked}`, { reason });
            refresh();
          }}
          onClose={() => setAsked(undefined)}
        />
      )}
    </Page>
  );
}

function Effects({ impact }: Pick<ListedImprovement, 'impact'>) {
  const all = Object.entries(impact);
  const span = spanOf(all.map(([, estimate]) => estimate));
  return (
    <Facts
      facts={all.map(([metric, estimate]) => [
        spaced(metric),
        <Interval key={metric} estimate={estimate} span={span} />,
      ])}
    />
  );
}

function AccountFacts({ improvement }: { readonly improvement: ListedImprovement }) {
  const { account, change, learnedFrom, experimentId, appliedAt, endedAt, endReason, doubt, id } = improvement;
  const saved = account?.saved;
  return (
    <Facts
      facts={[
        ['Change', describeChange(change)],
        account ? ['Found for', money(account.costToFind)] : false,
        account
          ? [
              'Saved since',
              saved
                ? `${money(saved.value)} (${money(saved.lower)} to ${money(saved.upper)})${saved.lower <= 0 && saved.upper >= 0 ? ', which may be chance' : ''}`
                : 'too early to say',
            ]
          : false,
        account?.paysBackOn != null && ['Pays back', instant(account.paysBackOn)],
        account ? ['Made with it', `${count(account.generations)} contents`] : false,
        ['Learned from', `${count(learnedFrom)} contents`],
        ['Experiment', <Link href={addressOf('experiments', experimentId)}>{shortId(experimentId)}</Link>],
        ['Applied', instant(appliedAt)],
        endedAt !== undefined && ['Ended', `${instant(endedAt)}, ${words(endReason ?? 'rolled back')}`],
        doubt && ['In doubt', words(doubt.cause)],
        ['Id', <code>{id}</code>],
      ]}
    />
  );
}

const points = (value: number): string => value.toFixed(3).replace('-', '−');

/** What it may lose of each metric, and what it was found to do. */
function Margins({ guardrails }: { readonly guardrails: Guardrails | undefined }) {
  const all = Object.entries(guardrails ?? {}).flatMap(([metric, status]) => (status ? [{ metric, ...status }] : []));
  if (all.length === 0) return <p className="empty">None were recorded.</p>;
  return (
    <div className="scrolled" tabIndex={0} role="region" aria-label="Margins and what is used of them">
      <table>
        <thead>
          <tr>
            <th scope="col">Metric</th>
            <th scope="col">Found (± error)</th>
            <th scope="col">May lose</th>
            <th scope="col">Shown to be kept</th>
          </tr>
        </thead>
        <tbody>
          {all.map(({ metric, effect, error, margin, isShown }) => (
            <tr key={metric}>
              <th scope="row">{spaced(metric)}</th>
              <td>
                {points(effect)} ± {points(error)}
              </td>
              <td>{points(margin)}</td>
              <td>{isShown ? 'yes' : 'not yet'}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
