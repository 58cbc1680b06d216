import type { Adjustment } from '@contentflow/decisions';
import type { Listed } from '../api/documents.ts';
import { usePolled } from '../api/polling.ts';
import { count, words } from '../format.ts';
import { Empty, Panel } from '../parts/panel.tsx';

interface Learning {
  readonly ratings: number;
  readonly simulated: boolean;
  /** Errors of ratings predicted before they came, by how many had been seen; in points of the rating. */
  readonly curve: readonly {
    readonly from: number;
    readonly to: number;
    readonly n: number;
    readonly error: number;
    readonly meanError: number;
  }[];
}
type ListedAdjustment = Pick<Adjustment, 'kind' | 'contentType' | 'status' | 'current' | 'target' | 'support'> & {
  readonly id: string;
};

/** What readers' ratings and comments have taught, and what was tried because of them. */
export function LearningPanel() {
  const { document: learning, problem } = usePolled<Learning>('/v1/learning', 15_000);
  const { document: adjustments } = usePolled<Listed<ListedAdjustment>>('/v1/adjustments?limit=50', 15_000);
  const asked = adjustments?.items ?? [];
  return (
    <Panel
      title="Learning from readers"
      name="learning"
      simulated={learning?.simulated}
      note={learning && `${count(learning.ratings)} ratings`}
    >
      {learning && learning.curve.length > 0 ? (
        <PredictionErrors curve={learning.curve} />
      ) : (
        <Empty>{problem ?? 'No ratings yet. They come through POST /v1/content/ID/feedback.'}</Empty>
      )}
      {asked.length > 0 && (
        <>
          <h3>Adjustments that readers asked for</h3>
          <ul className="rows side-by-side">
            {asked.map(({ id, kind, contentType, status, current, target, support }) => (
              <li key={id}>
                <div className="line">
                  <strong>{words(kind)}</strong>
                  <span className="tag">{words(contentType)}</span>
                  <span className={`tag ${status}`}>{words(status)}</span>
                </div>
                <div className="muted">
                  from {current} to {target}, asked for by {count(support.raters)} raters
                </div>
              </li>
            ))}
          </ul>
        </>
      )}
    </Panel>
  );
}

function PredictionErrors({ curve }: Pick<Learning, 'curve'>) {
  const most = Math.max(...curve.map(({ error, meanError }) => Math.max(error, meanError)));
  return (
    <table className="errors">
      <caption>How far predicted ratings were off, in points, the more ratings had been seen</caption>
      <thead>
        <tr>
          <th scope="col">Ratings seen</th>
          <th scope="col">Error</th>
          <th scope="col">
            <span className="hidden">as a bar</span>
          </th>
          <th scope="col">Error of guessing the mean</th>
        </tr>
      </thead>
      <tbody>
        {curve.map(({ from, n, error, meanError }) => (
          <tr key={from}>
            <th scope="row">
              {count(from)}–{count(from + n)}
            </th>
            <td>{error.toFixed(2)}</td>
            <td className="bar" aria-hidden="true">
              <span style={{ width: `${(100 * error) / most}%` }} />
            </td>
            <td>{meanError.toFixed(2)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
