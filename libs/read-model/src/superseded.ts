import { ContentFlowError } from '@contentflow/kernel';

export const superseded = (collection: string): ContentFlowError =>
  new ContentFlowError('superseded', `"${collection}" was rebuilt meanwhile`, { fix: 'start over' });
