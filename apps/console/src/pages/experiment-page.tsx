import type { Estimate } from '@contentflow/contracts';
import { useState } from 'react';
import { Link } from 'wouter';
import { addressOf } from '../addresses.ts';
import type { Listed, ListedDecision, ListedExperiment, Look, MetricComparison } from '../api/documents.ts';
import { sendJson } from '../api/http.ts';
import { usePolled } from '../api/polling.ts';
import { describeChange, titleOfChange } from '../decision-sentences.ts';
import { change, count, duration, instant, metricValue, money, pValue, shortId, spaced, words } from '../format.ts';
import { describeVerdict, unitsPerArm } from '../panels/experiments-panel.tsx';
import { ChangedPrompt } from '../parts/changed-prompt.tsx';
import { type Fact, Facts } from '../parts/facts.tsx';
import { History } from '../parts/history.tsx';
import { Interval, spanOf } from '../parts/interval.tsx';
import { Empty, Panel } from '../parts/panel.tsx';
import { Page } from '../parts/page.tsx';
import { ReasonDialog } from '../parts/reason-dialog.tsx';

const EVERY_MS = 5000;
const UP = { path: '/experiments', name: 'Experiments' };

/** One experiment: what it set out to do, what each metric shows, what it may cost, and how it ended. */
export function ExperimentPage({ id }: { readonly id: string }) {
  const {
    document: experiment,
    problem,
    refresh,
  } = usePolled<ListedExperiment>(`/v1/experiments/${encodeURIComponent(id)}`, EVERY_MS);
  const [isStopping, setIsStopping] = useState(false);
  if (!experiment)
    return (
      <Page title="Experiment" up={UP}>
        <p>{problem ?? 'Loading …'}</p>
      </Page>
    );
  const { contentType, change: tested, status, lastLook } = experiment;
  const isOpen = status === 'running' || status === 'registered';
  return (
    <Page
      title={titleOfChange(tested)}
      up={UP}
      lead={
        <>
          <span className={`tag ${status}`}>{describeVerdict(experiment)}</span> {words(contentType)}, for{' '}
          {experiment.metric}
        </>
      }
      actions={
        isOpen && (
          <button type="button" className="quiet" onClick={() => setIsStopping(true)}>
            Stop this experiment
          </button>
        )
      }
    >
      <div className="grid">
        <Panel
          title="What each metric shows"
          name="metrics"
          note={lastLook && `look ${lastLook.look}, ${instant(lastLook.lookedAt)}`}
        >
          {lastLook ? <Comparisons metrics={lastLook.metrics} /> : <Empty>Nobody was exposed yet.</Empty>}
        </Panel>
        <Panel title="What it set out to do" name="design">
          <Design experiment={experiment} />
        </Panel>
        <Looks experiment={experiment} />
        <ChangedPrompt contentType={contentType} change={tested} />
        <History subject={id} />
      </div>
      {isStopping && (
        <ReasonDialog
          title="Stop this experiment"
          consequence={`“${titleOfChange(tested)}” is not applied; what was tried counts as refused, and no more briefs are made with it.`}
          confirm="Stop it"
          onConfirm={async (reason) => {
            await sendJson('POST', `/v1/experiments/${encodeURIComponent(id)}/stop`, { reason });
            refresh();
          }}
          onClose={() => setIsStopping(false)}
        />
      )}
    </Page>
  );
}

/** Control and treatment, metric by metric, each with its interval. */
export function Comparisons({ metrics }: { readonly metrics: Readonly<Record<string, MetricComparison>> }) {
  const all = Object.entries(metrics);
  const span = spanOf(all.map(([, { relative }]) => relative));
  return (
    <div className="scrolled" tabIndex={0} role="region" aria-label="Control and treatment">
      <table>
        <thead>
          <tr>
            <th scope="col">Metric</th>
            <th scope="col">Control</th>
            <th scope="col">Treatment</th>
            <th scope="col">Change, with its 95 % interval</th>
            <th scope="col">p</th>
          </tr>
        </thead>
        <tbody>
          {all.map(([name, { control, treatment, relative, p }]) => (
            <tr key={name}>
              <th scope="row">{spaced(name)}</th>
              <td>{describeArm(name, control)}</td>
              <td>{describeArm(name, treatment)}</td>
              <td>
                <Interval estimate={relative} span={span} />
              </td>
              <td>{pValue(p)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const describeArm = (metric: string, { n, mean }: MetricComparison['control']): string =>
  n === 0 ? 'none' : `${metricValue(metric, mean)} (n ${count(n)})`;

function Design({ experiment }: { readonly experiment: ListedExperiment }) {
  const {
    change: tested,
    design,
    origin,
    registeredAt,
    startedAt,
    concludedAt,
    reason,
    level,
    registration,
  } = experiment;
  const { guardrails } = design;
  const ends =
    startedAt === undefined ? undefined : Math.min(startedAt + design.horizonMs, startedAt + design.longestMs);
  const facts: (Fact | false)[] = [
    ['Change', describeChange(tested)],
    ['Came from', <Origin origin={origin} />],
    ['Units', `${count(unitsPerArm(experiment))} of ${count(design.unitsPerArm)} briefs per arm`],
    ['Level', `${pValue(design.alpha)}, of the error over all hypotheses ever tested`],
    level !== undefined && ['Level of the verdict', pValue(level)],
    ['Least improvement', change(design.minimumImprovement)],
    ['Stopping', words(design.stopping)],
    ['Looks', `every ${duration(design.lookEveryMs)}, from ${count(design.fewestUnits)} units on`],
    [
      'May lose at most',
      `quality ${guardrails.quality} points, success ${change(-guardrails.success)}, cost ${change(guardrails.cost)}, time ${change(guardrails.time)}, satisfaction ${guardrails.satisfaction} points`,
    ],
    ['Registered', instant(registeredAt)],
    ['Began', startedAt === undefined ? 'not yet' : instant(startedAt)],
    concludedAt !== undefined && ['Ended', `${instant(concludedAt)}, ${words(reason ?? '')}`],
    concludedAt === undefined && ends !== undefined && ['Ends by', instant(ends)],
    ['Registration', <code>{registration}</code>],
  ];
  return <Facts facts={facts} />;
}

function Origin({ origin: { kind, id } }: Pick<ListedExperiment, 'origin'>) {
  if (kind === 'retest') return <Link href={addressOf('improvements', id)}>a re-test of {shortId(id)}</Link>;
  return (
    <Link href={addressOf('proposals', id)}>
      {kind === 'adjustment' ? 'readers’ wishes' : `a hypothesis, ${shortId(id)}`}
    </Link>
  );
}

interface LookedDecision extends ListedDecision {
  readonly data: Look & { readonly sampleRatio: { readonly p: number; readonly broken: boolean } };
}

const LOOKS_SHOWN = 12;

/** The main metric look by look, whether the arms got their shares, and what the arms have cost. */
function Looks({ experiment: { id, metric, lastLook } }: { readonly experiment: ListedExperiment }) {
  const { document } = usePolled<Listed<LookedDecision>>(
    `/v1/decisions?type=ExperimentLooked&limit=${LOOKS_SHOWN}&subject=${encodeURIComponent(id)}`,
    EVERY_MS * 4,
  );
  const looks = document?.items ?? [];
  const found = looks.flatMap(({ data, time }) => {
    const main = data.metrics[metric];
    return main ? [{ look: data.look, time, relative: main.relative, units: main.control.n + main.treatment.n }] : [];
  });
  const span = spanOf(found.map((each): Estimate => each.relative));
  const ratio = looks[0]?.data.sampleRatio;
  const cost = lastLook?.metrics['cost'];
  const extra = cost && cost.treatment.n * (cost.treatment.mean - cost.control.mean);
  return (
    <Panel title="Look by look" name="looks">
      <Facts
        facts={[
          ratio && [
            'Shares of the arms',
            ratio.broken ? 'are not as planned: the trial is void' : `as planned (p ${pValue(ratio.p)})`,
          ],
          extra !== undefined && [
            'Price so far',
            extra < 0
              ? `none: treated briefs cost ${money(-extra)} less than controls`
              : `${money(extra)} beyond the controls`,
          ],
        ]}
      />
      {found.length === 0 ? (
        <Empty>No look was taken yet.</Empty>
      ) : (
        <div className="scrolled" tabIndex={0} role="region" aria-label="The main metric, look by look">
          <table>
            <thead>
              <tr>
                <th scope="col">Look</th>
                <th scope="col">Time</th>
                <th scope="col">Units</th>
                <th scope="col">{spaced(metric)}</th>
              </tr>
            </thead>
            <tbody>
              {found.map(({ look, time, units, relative }) => (
                <tr key={look}>
                  <th scope="row">{look}</th>
                  <td>{instant(time)}</td>
                  <td>{count(units)}</td>
                  <td>
                    <Interval estimate={relative} span={span} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  );
}
