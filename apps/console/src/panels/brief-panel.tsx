import type { ContentDocument, Recipe } from '@contentflow/contracts';
import { type FormEvent, useState } from 'react';
import { Link } from 'wouter';
import { addressOf } from '../addresses.ts';
import type { Listed } from '../api/documents.ts';
import { Problem, sendJson } from '../api/http.ts';
import { usePolled } from '../api/polling.ts';
import { briefOf } from '../brief-from-form.ts';
import { score, words } from '../format.ts';
import { Empty, Panel } from '../parts/panel.tsx';

interface ListedRecipe {
  readonly contentType: string;
  readonly recipe: Pick<Recipe, 'passedOn'>;
}

const OWN_BRIEFS_KEPT = 5;

/** Posts a brief, and follows it until its content has come. */
export function BriefPanel() {
  const [posted, setPosted] = useState<readonly string[]>([]);
  const { document: recipes } = usePolled<Listed<ListedRecipe>>('/v1/recipes', 60_000);
  // Of a use nothing is made: its calls are passed on.
  const made = recipes?.items.filter(({ recipe }) => !recipe.passedOn) ?? [];
  const contentTypes = made.map(({ contentType }) => contentType);
  return (
    <Panel title="Post a brief" name="brief">
      {recipes && contentTypes.length === 0 && (
        <Empty>
          There is nothing to write with yet: configure a provider in <code>contentflow.config.json</code> and start
          again.
        </Empty>
      )}
      <BriefForm
        contentTypes={contentTypes}
        onPosted={(id) => setPosted((before) => [id, ...before].slice(0, OWN_BRIEFS_KEPT))}
      />
      {posted.length > 0 && (
        <>
          <h3>Yours</h3>
          <ul className="rows" aria-live="polite">
            {posted.map((id) => (
              <PostedContent key={id} id={id} />
            ))}
          </ul>
        </>
      )}
    </Panel>
  );
}

const MAKING_EVERY_MS = 1500;
const MADE_EVERY_MS = 60_000;

function PostedContent({ id }: { readonly id: string }) {
  const [hasEnded, setHasEnded] = useState(false);
  const path = `/v1/content/${id}`;
  const { document: content } = usePolled<ContentDocument>(path, hasEnded ? MADE_EVERY_MS : MAKING_EVERY_MS);
  if (content?.endedAt !== undefined && !hasEnded) setHasEnded(true);
  const status = content?.status ?? 'accepted';
  return (
    <li>
      <Link href={addressOf('content', id)} className="row" data-content={id} data-status={status}>
        <span className="line">
          <span className={`tag ${status}`}>{status}</span>
          <span className="topic">{content?.brief.topic}</span>
          {content?.quality && <span className="muted">quality {score(content.quality.score)}</span>}
        </span>
      </Link>
    </li>
  );
}

interface BriefFormProps {
  readonly contentTypes: readonly string[];
  readonly onPosted: (id: string) => void;
}

function BriefForm({ contentTypes, onPosted }: BriefFormProps) {
  const [problem, setProblem] = useState<Error>();
  const [isSending, setIsSending] = useState(false);

  async function submit(event: FormEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    const form = event.currentTarget;
    setIsSending(true);
    setProblem(undefined);
    try {
      const { id } = await sendJson<{ id: string }>('POST', '/v1/content', briefOf(new FormData(form)));
      onPosted(id);
      form.querySelector<HTMLInputElement>('[name=topic]')?.select();
    } catch (error) {
      setProblem(error as Error);
    }
    setIsSending(false);
  }

  return (
    <form onSubmit={(event) => void submit(event)}>
      <div className="fields">
        <label className="wide">
          Content type
          <select name="contentType" required>
            {contentTypes.map((type) => (
              <option key={type} value={type}>
                {words(type)}
              </option>
            ))}
          </select>
        </label>
        <label className="wide">
          Topic
          <input name="topic" required maxLength={2000} placeholder="a rain jacket for city cyclists" />
        </label>
        <label>
          Audience
          <input name="audience" maxLength={500} />
        </label>
        <label>
          Tone
          <input name="tone" maxLength={100} placeholder="friendly" />
        </label>
        <label>
          Length, words
          <input name="length" type="number" min={1} max={20000} inputMode="numeric" />
        </label>
      </div>
      <details>
        <summary>Key points, keywords, language, reference</summary>
        <div className="fields">
          <label className="wide">
            Key points, one a line
            <textarea name="keyPoints" rows={3} />
          </label>
          <label>
            Keywords, separated by commas
            <input name="keywords" />
          </label>
          <label>
            Language
            <input name="language" placeholder="en" pattern="[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*" />
          </label>
          <label className="wide">
            Reference material
            <textarea name="reference" rows={3} />
          </label>
        </div>
      </details>
      {problem && <ProblemNote problem={problem} />}
      <button type="submit" disabled={isSending || contentTypes.length === 0}>
        Generate
      </button>
    </form>
  );
}

function ProblemNote({ problem }: { readonly problem: Error }) {
  const fields = problem instanceof Problem ? problem.fields : [];
  return (
    <div role="alert" className="bad">
      {fields.length === 0
        ? problem.message
        : fields.map((each) => <p key={each.field}>{`${each.field}: ${each.problem}`}</p>)}
    </div>
  );
}
