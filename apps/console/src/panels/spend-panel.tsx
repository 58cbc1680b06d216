import type { Report } from '@contentflow/contracts';
import { count, day, money, month } from '../format.ts';
import { Empty, Panel } from '../parts/panel.tsx';

type Spend = Report['spend'];

/** What calls to models cost: today by model, and each month. */
export function SpendPanel({ spend }: { readonly spend: Spend | undefined }) {
  const isEmpty = !spend || spend.months.length === 0;
  return (
    <Panel title="Spend" name="spend" note="every call to a model; days and months in UTC">
      {isEmpty ? (
        <Empty>{spend ? 'Nothing has been spent yet.' : 'Loading …'}</Empty>
      ) : (
        <div className="columns">
          <div>
            <p className="figure">{money(spend.today.usd)}</p>
            <p className="muted">
              today, {count(spend.today.calls)} calls; {money(spend.month.usd)} this month
            </p>
            <ModelTable today={spend.today.by_model} month={spend.month.by_model} />
          </div>
          <div>
            <Bars title="Day by day" spans={spend.days} nameOf={day} />
            <Bars title="Month by month" spans={spend.months} nameOf={month} />
          </div>
        </div>
      )}
    </Panel>
  );
}

type ByModel = Spend['today']['by_model'];

function ModelTable({ today, month: ofMonth }: { readonly today: ByModel; readonly month: ByModel }) {
  return (
    <div className="scrolled" tabIndex={0} role="region" aria-label="Spend by model">
      <table>
        <thead>
          <tr>
            <th scope="col">Model</th>
            <th scope="col">Today</th>
            <th scope="col">This month</th>
            <th scope="col">Calls</th>
          </tr>
        </thead>
        <tbody>
          {ofMonth.map((each) => {
            const ofToday = today.find(({ provider, model }) => provider === each.provider && model === each.model);
            return (
              <tr key={`${each.provider}/${each.model}`}>
                <th scope="row">
                  {each.model ?? 'trials on held-out briefs'}
                  {each.is_estimate && <span className="tag">estimate: no price is known</span>}
                </th>
                <td>{money(ofToday?.usd ?? 0)}</td>
                <td>{money(each.usd)}</td>
                <td>{count(each.calls)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

interface BarsProps {
  readonly title: string;
  readonly spans: Spend['days'];
  readonly nameOf: (from: number) => string;
}

const SHOWN = 7;

function Bars({ title, spans, nameOf }: BarsProps) {
  const most = Math.max(...spans.map(({ usd }) => usd), Number.MIN_VALUE);
  return (
    <>
      <h3>{title}</h3>
      <ul className="bars">
        {spans.slice(-SHOWN).map(({ from, usd }) => (
          <li key={from}>
            <span>{nameOf(from)}</span>
            <span className="bar" aria-hidden="true">
              <span style={{ width: `${(100 * usd) / most}%` }} />
            </span>
            <span>{money(usd)}</span>
          </li>
        ))}
      </ul>
    </>
  );
}
