import type { ContentDocument } from '@contentflow/contracts';
import { type FormEvent, useState } from 'react';
import { sendJson } from '../api/http.ts';
import { Panel } from '../parts/panel.tsx';

/** What a reader says of a content: a rating, and with it a comment or a better text. The system learns from it. */
export function FeedbackPanel({ content }: { readonly content: ContentDocument }) {
  const [said, setSaid] = useState<{ readonly text: string; readonly isProblem: boolean }>();
  const [isSending, setIsSending] = useState(false);
  const body = content.content?.body ?? '';

  async function submit(event: FormEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const [comment, edit] = ['comment', 'edit'].map((name) => String(form.get(name) ?? '').trim());
    setIsSending(true);
    try {
      await sendJson('POST', `/v1/content/${encodeURIComponent(content.id)}/feedback`, {
        rating: Number(form.get('rating')),
        rater: 'console',
        ...(comment ? { comment } : {}),
        ...(edit && edit !== body.trim() ? { edit } : {}),
      });
      setSaid({ text: 'Taken. Your last word on a content is the one that counts.', isProblem: false });
    } catch (error) {
      setSaid({ text: (error as Error).message, isProblem: true });
    }
    setIsSending(false);
  }

  return (
    <Panel title="Your word on it" name="feedback">
      <form onSubmit={(event) => void submit(event)}>
        <fieldset>
          <legend>Rating</legend>
          {[1, 2, 3, 4, 5].map((rating) => (
            <label key={rating} className="choice">
              <input type="radio" name="rating" value={rating} required />
              {rating}
            </label>
          ))}
        </fieldset>
        <label>
          Comment
          <textarea name="comment" rows={2} maxLength={5000} placeholder="shorter, and less formal" />
        </label>
        <details>
          <summary>Write it better</summary>
          <label>
            The text as it should be
            <textarea name="edit" rows={8} defaultValue={body} />
          </label>
        </details>
        <button type="submit" disabled={isSending}>
          Send rating
        </button>
        <p role={said?.isProblem ? 'alert' : 'status'} className={said?.isProblem ? 'bad' : 'muted'}>
          {said?.text}
        </p>
      </form>
    </Panel>
  );
}
