import { type Unseen, UnseenWork } from './unseen-work.js';

const jobs: Unseen = { kind: 'schedule', what: 'scheduled jobs (Cleaner.sweep)', remedy: 'Type track().' };
const script: Unseen = { kind: 'script', what: 'the work', remedy: 'Type track().', endsWithProcess: true };

describe('UnseenWork', () => {
  const process = { endsProcess: true };

  it('says what cannot be seen, what to type, and how to accept it', () => {
    const unseen = new UnseenWork([]);
    expect(unseen.sentences(process)).toEqual([]);
    unseen.add(jobs);
    unseen.add(jobs);
    expect(unseen.sentences(process)).toEqual([
      "scheduled jobs (Cleaner.sweep) cannot be seen. Type track(). Or accept it: acceptUnseen: ['schedule'].",
    ]);
  });

  it('says nothing of kinds that the user has accepted', () => {
    const unseen = new UnseenWork(['schedule']);
    unseen.add(jobs);
    unseen.add(script);
    expect(unseen.sentences(process)).toEqual([expect.stringContaining('the work cannot be seen')]);
  });

  it('says of what only the end of the process cuts nothing where the process goes on', () => {
    const unseen = new UnseenWork([]);
    unseen.add(script);
    expect(unseen.sentences({ endsProcess: false })).toEqual([]);
    expect(unseen.sentences(process)).toHaveLength(1);
  });

  it('asks its rules at the end, with what has been found elsewhere', () => {
    const unseen = new UnseenWork([]);
    unseen.addRule((found) => (found.length === 0 ? script : undefined));
    expect(unseen.sentences(process)).toEqual([expect.stringContaining('the work')]);
    unseen.add(jobs);
    expect(unseen.sentences(process)).toEqual([expect.stringContaining('scheduled jobs')]);
  });
});
