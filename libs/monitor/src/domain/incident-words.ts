import type { Alert, IncidentCause, IncidentDocument, IncidentWords } from '@contentflow/contracts';
import { contentTypesMade, type SystemState } from '@contentflow/decisions';

/** Names that people set, in the configuration or the policy: all others may be words of whoever calls, and are told to nobody. */
export type IsKnownName = (name: string) => boolean;

export function knownNames(system: SystemState): IsKnownName {
  const known = new Set([
    ...contentTypesMade(system),
    ...Object.keys(system.policy.uses),
    ...system.models.flatMap(({ name, provider }) => [name, provider, `${provider}/${name}`]),
  ]);
  return (name) => known.has(name);
}

/** What is told of an incident: names that people set, figures and ids; no word of readers, callers or models, no address and no secret. */
export function incidentWords(
  { cause, alerts, count }: Pick<IncidentDocument, 'cause' | 'count'> & { readonly alerts: readonly Alert[] },
  isKnown: IsKnownName,
): IncidentWords {
  const [first] = alerts;
  // What one thing says again and again is not more of it.
  const more = count > 1 && first?.kind === 'anomaly' ? `, and ${count - 1} more` : '';
  const handled = alerts.find(({ action }) => action !== undefined && action !== 'open_incident') ?? first;
  const target = handled?.target;
  return {
    title: `${titleOf(cause, first, isKnown)}${more}`,
    why: whyOf(cause, first, isKnown),
    done: doneOf(cause, handled),
    undo: undoOf(cause, handled),
    ...(handled?.action === 'roll_back_improvement' && target !== undefined
      ? { undoRoute: `/v1/improvements/${encodeURIComponent(target)}/restore` }
      : {}),
  };
}

const departures = {
  slow_generation: 'Content is slow',
  low_quality: 'Quality has fallen',
  high_cost: 'Content costs more than usual',
  failures: 'Content fails',
} as const;

function titleOf(cause: IncidentCause, alert: Alert | undefined, isKnown: IsKnownName): string {
  switch (cause.kind) {
    case 'budget':
      return cause.percent === 100
        ? `The budget "${accountOf(cause, isKnown)}" is spent`
        : `${cause.percent} % of the budget "${accountOf(cause, isKnown)}" are spent`;
    case 'scaling':
      return `There could not be ${alert?.to ?? 'as many'} instances`;
    case 'autonomy':
      return 'Autonomy is paused';
    default:
      if (alert?.rule === undefined) return 'An improvement was taken back';
      return `${departures[alert.rule]}: ${contentOf(alert, isKnown)}`;
  }
}

const contentOf = ({ contentType = '', model = '' }: Alert, isKnown: IsKnownName): string =>
  `${isKnown(contentType) ? contentType : "content of a caller's own type"} by ${isKnown(model) ? model : 'a model that is not configured'}`;

const accountOf = ({ of }: IncidentCause, isKnown: IsKnownName): string => {
  const [kind, ...name] = of.split('/');
  return kind !== 'content-type' || isKnown(name.join('/')) ? of : 'of a content type';
};

function whyOf(cause: IncidentCause, alert: Alert | undefined, isKnown: IsKnownName): string {
  const { affected, of, limitUsd = 0, spentUsd = 0, from = 0, to = 0 } = alert ?? {};
  const share = affected === undefined ? '' : `: ${affected} of the last ${of} depart from what is usual`;
  switch (cause.kind) {
    case 'provider':
      return `The provider ${isKnown(cause.of) ? cause.of : 'of these models'}${share}.`;
    case 'model':
      return `The model ${isKnown(cause.of) ? cause.of : 'that was asked for'}${share}.`;
    case 'improvement':
      return share === ''
        ? `Improvement ${cause.of} did more harm than its decision accepted.`
        : `It began with improvement ${cause.of}, and what goes without it does better${share}.`;
    case 'budget':
      return `$${spentUsd.toFixed(2)} of $${limitUsd.toFixed(2)} of ${cause.day} (UTC).`;
    case 'scaling':
      return `What starts and stops instances (${cause.of}) failed on the way from ${from} to ${to}; the scaling page says how.`;
    case 'autonomy':
      return `A person paused it; the ledger says who and why.`;
  }
}

function doneOf({ kind, percent }: IncidentCause, { action, target }: Partial<Alert> = {}): string {
  switch (action) {
    case 'roll_back_improvement':
      return `Improvement ${target} is taken back.`;
    case 'retest_improvement':
      return `Improvement ${target} is tested again.`;
    case 'trip_breaker':
      return 'Calls to the model are held back for a while; others answer where the gateway has fallbacks.';
    default:
      break;
  }
  switch (kind) {
    case 'budget':
      return percent === 100 ? 'Calls that this budget pays for are refused.' : 'Nothing yet.';
    case 'scaling':
      return 'It is tried again every minute.';
    case 'autonomy':
      return 'Nothing is proposed, tried, applied or taken back.';
    default:
      return 'Nothing: it is left to a person.';
  }
}

function undoOf({ kind }: IncidentCause, { action, target }: Partial<Alert> = {}): string {
  switch (action) {
    case 'roll_back_improvement':
      return `Bring it back: POST /v1/improvements/${target}/restore, or under Improvements in the console.`;
    case 'retest_improvement':
      return `Nothing was changed yet. Pin its lever to keep it as it is, or take it back: POST /v1/improvements/${target}/rollback.`;
    case 'trip_breaker':
      return 'It ends by itself after anomalies.tripForMs; anomalies.onFailures of the policy says whether it is done at all.';
    default:
      break;
  }
  switch (kind) {
    case 'budget':
      return 'It begins anew at midnight (UTC); a higher one stands in budgets of the configuration file, and holds from the next start on.';
    case 'scaling':
      return 'Mend what starts instances; docs/scaling.md says what each kind needs.';
    case 'autonomy':
      return 'PUT /v1/autonomy with {"state":"running","reason":"…"}, or the button of the console.';
    default:
      return 'Nothing was changed. See which models and contents it is about under Performance, and whether the provider has trouble.';
  }
}
