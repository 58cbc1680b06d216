import { type FormEvent, useState } from 'react';
import { Dialog } from './dialog.tsx';

interface ReasonDialogProps {
  readonly title: string;
  readonly consequence: string;
  readonly confirm: string;
  readonly onConfirm: (reason: string) => Promise<unknown>;
  readonly onClose: () => void;
}

/** A person's hand on the system is a decision like any other, so it has a reason. */
export function ReasonDialog({ title, consequence, confirm, onConfirm, onClose }: ReasonDialogProps) {
  const [problem, setProblem] = useState<string>();
  const [isSending, setIsSending] = useState(false);

  async function submit(event: FormEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    const reason = String(new FormData(event.currentTarget).get('reason')).trim();
    setIsSending(true);
    try {
      await onConfirm(reason);
      onClose();
    } catch (error) {
      setProblem((error as Error).message);
      setIsSending(false);
    }
  }

  return (
    <Dialog title={title} onClose={onClose}>
      <form onSubmit={(event) => void submit(event)}>
        <p>{consequence}</p>
        <label>
          Reason, for the ledger
          <input name="reason" required maxLength={2000} autoFocus autoComplete="off" />
        </label>
        {problem && <p role="alert">{problem}</p>}
        <button type="submit" disabled={isSending}>
          {confirm}
        </button>
      </form>
    </Dialog>
  );
}
