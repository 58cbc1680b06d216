import type { ContentTrace } from '@contentflow/contracts';
import { count, duration, money, words } from '../format.ts';
import { Empty, Panel } from '../parts/panel.tsx';

/** How a content came about: each call to a model, and what the models were told. */
export function TracePanel({
  trace,
  problem,
}: {
  readonly trace: ContentTrace | undefined;
  readonly problem: string | undefined;
}) {
  return (
    <Panel title="How it was made" name="trace">
      {!trace && <Empty>{problem ?? 'Loading …'}</Empty>}
      {trace?.calls === null && <Empty>It was made before calls were kept with it.</Empty>}
      {trace?.calls && trace.calls.length > 0 && <Calls calls={trace.calls} />}
      {trace?.prompts?.map(({ step, model, messages }) => (
        <details key={step}>
          <summary>
            Prompt of the step “{step}”, to {model}
          </summary>
          {messages.map(({ role, content }) => (
            <div key={role}>
              <h3>{role}</h3>
              <pre
                className="prompt"
                tabIndex={0}
                role="region"
                aria-label={`What the ${role} says in the step ${step}`}
              >
                {content}
              </pre>
            </div>
          ))}
        </details>
      ))}
      {trace?.prompts && (
        <p className="muted">Prompts are made anew from recipe and brief, without what the steps before wrote.</p>
      )}
      {trace?.prompts === null && (
        <p className="muted">Its recipe is not known here any more, so its prompts are not shown.</p>
      )}
    </Panel>
  );
}

function Calls({ calls }: { readonly calls: NonNullable<ContentTrace['calls']> }) {
  return (
    <div className="scrolled" tabIndex={0} role="region" aria-label="Calls to models">
      <table>
        <thead>
          <tr>
            {['Step', 'Model', 'Outcome', 'Tokens in', 'Tokens out', 'Time', 'Cost', 'Cache'].map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {calls.map((call, index) => (
            <tr key={index}>
              <th scope="row">{call.step}</th>
              <td>{call.model}</td>
              <td className={call.outcome === 'ok' ? '' : 'bad'}>{words(call.outcome)}</td>
              <td>{count(call.tokensIn)}</td>
              <td>{count(call.tokensOut)}</td>
              <td>{duration(call.timeMs)}</td>
              <td>{money(call.cost)}</td>
              <td>{call.cache}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
