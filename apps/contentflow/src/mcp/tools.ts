import {
  type Answer,
  type ContentDocument,
  contentRequestFields,
  contentTypes,
  type DecisionDocument,
  decisionsQuery,
  type documentationAnswer,
  documentationQuery,
  type improvementShown,
  improvementsQuery,
  isRecord,
  type ListedProposal,
  proposalsQuery,
  reasonSchema,
  type Report,
  reportQuery,
} from '@contentflow/contracts';
import { ownValue } from '@contentflow/kernel';
import type { ToolAnnotations } from '@modelcontextprotocol/server';
import type { Told, Tool } from './tool.ts';

interface Page<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
}
type Improvement = Answer<typeof improvementShown>;

const reads: ToolAnnotations = { readOnlyHint: true, openWorldHint: false };
/** Changes the system; said twice it is done once. */
const changes: ToolAnnotations = {
  readOnlyHint: false,
  destructiveHint: false,
  idempotentHint: true,
  openWorldHint: false,
};
const destroys: ToolAnnotations = { ...changes, destructiveHint: true };

const MAKE_CONTENT = 'POST /v1/content';

/** What programs are offered, in the order in which they are listed. */
export const tools: readonly Tool[] = [
  {
    name: 'list_decisions',
    title: 'What changed, and why',
    description:
      'Decisions of the ledger, the latest first: what the system or a person changed, tried, proposed or took back, each with its reason and id. `since` (2026-01-05T12:00:00Z) leaves out older ones; `type` keeps one kind, e.g. ImprovementApplied, ImprovementRolledBack, ExperimentConcluded, OperatorIntervened. The evidence of one: show_decision.',
    route: 'GET /v1/decisions',
    asks: decisionsQuery,
    hints: reads,
    tell: (answer: Page<DecisionDocument>) => list('decision', answer, decisionLine),
  },
  {
    name: 'show_decision',
    title: 'One decision and its evidence',
    description: 'A decision of the ledger by its id, with the evidence that it was taken on.',
    route: 'GET /v1/decisions/{id}',
    hints: reads,
    tell: (decision: DecisionDocument) => ({
      headline: `Decision ${decision.seq}: ${decision.name}.`,
      data: [decisionLine(decision), JSON.stringify(decision.data)],
    }),
  },
  {
    name: 'list_improvements',
    title: 'Improvements',
    description:
      'Every change that was ever put in force, the latest first: what it changes, what it brought, whether it still holds (applied, confirmed) or not (rolled_back, expired).',
    route: 'GET /v1/improvements',
    asks: improvementsQuery,
    hints: reads,
    tell: (answer: Page<Improvement>) => list('improvement', answer, improvementLine),
  },
  {
    name: 'roll_back_improvement',
    title: 'Roll an improvement back',
    description:
      'Takes an improvement out of the recipe, wherever it stands. The reason stays in the ledger. A person can put it back with `contentflow intervene restore ID`.',
    route: 'POST /v1/improvements/{id}/rollback',
    asks: reasonSchema,
    hints: { ...destroys, idempotentHint: false },
    tell: ({ id }: { id: string }) => ({ headline: 'It is rolled back.', data: [id] }),
  },
  {
    name: 'list_proposals',
    title: 'Proposals',
    description:
      'Changes that are proposed, the latest first. Those with the status `waiting` want a person’s answer: approve_proposal or refuse_proposal.',
    route: 'GET /v1/proposals',
    asks: proposalsQuery,
    hints: reads,
    tell: (answer: Page<ListedProposal>) => list('proposal', answer, proposalLine),
  },
  {
    name: 'approve_proposal',
    title: 'Approve a proposal',
    description:
      'Lets a proposal be tried, and applied if its trial supports it. The reason stays in the ledger. Once is enough.',
    route: 'POST /v1/proposals/{id}/approve',
    asks: reasonSchema,
    hints: changes,
    tell: (proposal: ListedProposal) => ({ headline: `It is ${proposal.status}.`, data: [proposalLine(proposal)] }),
  },
  {
    name: 'refuse_proposal',
    title: 'Refuse a proposal',
    description:
      'Refuses a proposal for good: it does not come back while its context stays. The reason stays in the ledger.',
    route: 'POST /v1/proposals/{id}/refuse',
    asks: reasonSchema,
    hints: destroys,
    tell: (proposal: ListedProposal) => ({ headline: `It is ${proposal.status}.`, data: [proposalLine(proposal)] }),
  },
  {
    name: 'report',
    title: 'How the system evolved',
    description:
      'Cost, quality, time and success now and at the beginning, what is in force, what it saved and what learning cost; `at` asks for an earlier time.',
    route: 'GET /v1/report',
    asks: reportQuery,
    hints: reads,
    tell: reportTold,
  },
  {
    name: 'documentation',
    title: 'How content is made, and why so',
    description:
      "The system's own documentation: the recipe of each content type as it is, and the decisions that made it so; `at` asks for an earlier time.",
    route: 'GET /v1/documentation',
    asks: documentationQuery.omit({ format: true }),
    hints: reads,
    tell: documentationTold,
  },
  {
    name: 'make_content',
    title: 'Make content from a brief',
    description: `Takes a brief and waits for its content. \`contentType\` (${contentTypes.join(', ')}, or another that is registered) and \`topic\` are enough. Where it takes longer than is waited for, it answers with the id: show_content has the content later. It costs what the models cost.`,
    route: MAKE_CONTENT,
    asks: contentRequestFields,
    hints: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: true },
    tell: contentTold,
  },
  {
    name: 'show_content',
    title: 'One content item',
    description: 'A content item by its id: its text once it is made, its quality, what it cost.',
    route: 'GET /v1/content/{id}',
    hints: reads,
    tell: contentTold,
  },
];

/** Takes long: it is begun, and waited for. */
export const isLong = ({ route }: Tool): boolean => route === MAKE_CONTENT;

function list<Item>(noun: string, { items, next }: Page<Item>, line: (item: Item) => string): Told {
  const more = next === null ? '' : ` There are more: ask again with after ${JSON.stringify(next)}.`;
  return { headline: `${items.length} ${noun}${items.length === 1 ? '' : 's'}.${more}`, data: items.map(line) };
}

const date = (time: number): string => new Date(time).toISOString();
const lineOf = (parts: readonly (string | null | undefined)[]): string => parts.filter(Boolean).join('  ');

function decisionLine({ id, time, name, contentType, subject, data }: DecisionDocument): string {
  const { summary, reason, kind } = isRecord(data) ? data : {};
  const why = [summary, reason ?? kind].filter((each) => typeof each === 'string').join(': ');
  return lineOf([date(time), name, contentType ?? subject, why, `(${id})`]);
}

const improvementLine = ({ id, appliedAt, status, contentType, lever, summary, endReason }: Improvement): string =>
  lineOf([date(appliedAt), status, contentType, lever, summary, endReason, `(${id})`]);

const proposalLine = ({ id, status, contentType, lever, kind, why, answerUntil }: ListedProposal): string =>
  lineOf([status, contentType, lever, kind, why, answerUntil === null ? '' : `until ${date(answerUntil)}`, `(${id})`]);

function reportTold({ at, simulated, system_evolution: evolution }: Report): Told {
  const { initial_performance: before, current_performance: now, improvements_applied: applied } = evolution;
  const inForce = applied.filter(({ status }) => status === 'applied' || status === 'confirmed');
  const figures = Object.entries(before).map(
    ([name, value]) => `${name}: ${shown(value)} at first, ${shown(ownValue(now, name) ?? null)} now`,
  );
  return {
    headline: `As of ${date(at)}${simulated ? ', simulated' : ''}: ${inForce.length} improvements in force, ${evolution.autonomous_decisions} decisions by the system, ${evolution.human_interventions} by people.`,
    data: [
      ...figures,
      `cost savings: ${evolution.cost_savings}`,
      ...applied.map((each) => lineOf([each.status, each.content_type, each.lever, each.impact, `(${each.id})`])),
    ],
  };
}

const shown = (figure: number | null): string =>
  figure === null ? 'not known' : String(Number(figure.toPrecision(4)));

function documentationTold({ at, simulated, sections }: Answer<typeof documentationAnswer>): Told {
  return {
    headline: `How content is made, as of ${date(at)}${simulated ? ', simulated' : ''}.`,
    data: sections.flatMap(({ title, sentences }) => [
      `# ${title}`,
      ...sentences.map(({ text, events }) => (events.length > 0 ? `${text} (${events.join(', ')})` : text)),
    ]),
  };
}

function contentTold({ id, status, content, quality, usage, error, simulated }: ContentDocument): Told {
  const score = quality ? `, quality ${shown(quality.score)}` : '';
  const isOpen = status === 'accepted' || status === 'generating';
  const later = isOpen ? ` It is not made yet: ask show_content for ${id} later.` : '';
  return {
    headline: `Content ${id}: ${status}${score}, cost $${shown(usage.cost)}${simulated ? ', simulated' : ''}.${later}`,
    data: [content?.title, content?.body, error?.message].filter((each) => each !== undefined),
  };
}
