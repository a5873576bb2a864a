import { TakenOut } from './taken-out.js';

describe('TakenOut', () => {
  const takenOut = new TakenOut(['/admin/Task', '/admin/deep/*', '/caf%C3%A9']);

  it.each([
    '/admin/Task',
    '/admin/task?now',
    '/ADMIN/TASK/',
    '/admin//task//',
    '/admin/%74%61sk',
    '/admin/%2574ask',
    '/admin%2Ftask',
    '/admin/./task',
    '/admin/%2e%2E/admin/task',
    '/admin/x/../task',
    String.raw`/admin\task`,
    '/admin/task;a=b',
    '/admin;v=1/task',
    '/admin/task%3Fx',
    '/admin/task#x',
    '/admin/task\u00A0',
    '/admin/tas%E2%84%AA',
    '/admin/ta%C5%BFk',
    '/admin/deep',
    '/admin/deep/kiosk',
    '/Admin/deep/a/b',
    '/cafÉ',
    '/caf%c3%89',
  ])('may mean %p', (target) => {
    expect(takenOut.mayBe(target)).toBe(true);
  });

  it.each(['/admin/%', '/admin/%zz', '/admin/%C1%A9', '/admin/%25252574ask'])(
    'may mean %p, which cannot be read for certain',
    (target) => {
      expect(takenOut.mayBe(target)).toBe(true);
    },
  );

  it.each([
    '/',
    '/admin',
    '/admin/tasks',
    '/admin/task/7',
    '/admin/users/task',
    '/admin/deeper',
    '/admin/x?/../task',
    '/admin/task/../users',
  ])('does not mean %p', (target) => {
    expect(takenOut.mayBe(target)).toBe(false);
  });

  it('means nothing where nothing was taken out, not even what cannot be read', () => {
    expect(new TakenOut([]).mayBe('/admin/%')).toBe(false);
  });

  it('means everything where everything was', () => {
    const everything = new TakenOut(['/*']);
    expect(['/', '/a', '/a/b?c'].map((target) => everything.mayBe(target))).toEqual([true, true, true]);
  });
});
