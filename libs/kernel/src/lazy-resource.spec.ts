import { LazyResource } from './lazy-resource.ts';

describe('a resource that is opened with its first use', () => {
  it('is opened once, however many ask for it at a time', async () => {
    let opened = 0;
    const resource = new LazyResource(async () => ({ number: ++opened, close: () => undefined }));
    expect(opened).toBe(0);
    const [one, other] = await Promise.all([resource.get(), resource.get()]);
    expect([one.number, other.number, opened]).toEqual([1, 1, 1]);
  });

  it('is tried again after it could not be opened', async () => {
    let attempts = 0;
    const resource = new LazyResource(async () => {
      if (++attempts === 1) throw new Error('not there yet');
      return { attempts, close: () => undefined };
    });
    await expect(resource.get()).rejects.toThrow('not there yet');
    expect((await resource.get()).attempts).toBe(2);
  });

  it('is closed where it was opened, and never opened to be closed', async () => {
    const steps: string[] = [];
    const resource = new LazyResource(async () => {
      steps.push('opened');
      return { close: () => void steps.push('closed') };
    });
    await resource.close();
    expect(steps).toEqual([]);
    await resource.get();
    await resource.close();
    expect(steps).toEqual(['opened', 'closed']);
  });
});
