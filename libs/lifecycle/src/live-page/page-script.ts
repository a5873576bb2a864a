/**
 * What the page runs, in the browser. Everything that comes is written as text. A screen reader hears of phases, of trouble and of the
 * end, at most one sentence every two seconds; numbers that change are there to be read.
 */
export const PAGE_SCRIPT = String.raw`
(() => {
  'use strict';
  const byId = (id) => document.getElementById(id);
  const order = ['starting', 'ready', 'lame-duck', 'draining', 'closing', 'stopped'];
  const time = (ms) => (ms < 1000 ? Math.round(ms) + ' ms' : (ms / 1000).toFixed(1) + ' s');
  const pieces = (count) => (count === 1 ? '1 piece of work' : count + ' pieces of work');
  let isPaused = false;
  let isOver = false;
  let newest;
  let shown;

  const write = (id, text) => {
    const element = byId(id);
    if (element.textContent !== text) element.textContent = text;
  };

  const saying = { text: '', timer: undefined, at: -Infinity };
  const say = (text) => {
    saying.text = text;
    if (saying.timer !== undefined) return;
    saying.timer = setTimeout(() => {
      saying.timer = undefined;
      saying.at = performance.now();
      write('said', saying.text);
    }, Math.max(0, saying.at + 2000 - performance.now()));
  };

  const fill = (id, rows, more, nothing) => {
    const key = JSON.stringify([rows, more]);
    const body = byId(id);
    if (body.dataset.key === key) return;
    body.dataset.key = key;
    const columns = body.parentElement.querySelectorAll('th').length;
    const lines = rows.map((cells) => {
      const row = document.createElement('tr');
      for (const [index, value] of cells.entries()) {
        const cell = document.createElement(index === 0 ? 'th' : 'td');
        if (index === 0) cell.scope = 'row';
        const isBad = typeof value === 'object';
        cell.textContent = isBad ? value.bad : value;
        if (isBad) cell.className = 'bad';
        row.append(cell);
      }
      return row;
    });
    if (lines.length === 0) {
      const row = document.createElement('tr');
      const cell = document.createElement('td');
      cell.colSpan = columns;
      cell.className = 'none';
      cell.textContent = nothing;
      row.append(cell);
      lines.push(row);
    }
    body.replaceChildren(...lines);
    byId(id + '-more').hidden = more === 0;
    write(id + '-more', 'and ' + more + ' more');
  };

  const showPhase = ({ phase }) => {
    const at = order.indexOf(phase);
    for (const item of byId('phases').children) {
      const place = order.indexOf(item.dataset.phase);
      item.dataset.is = place < at ? 'past' : place === at ? 'now' : 'coming';
      if (place === at) item.setAttribute('aria-current', 'step');
      else item.removeAttribute('aria-current');
    }
  };

  const showBudget = ({ budgetMs, remainingMs, elapsedMs, isLeaving, end }) => {
    const left = end === undefined ? remainingMs : Math.max(0, budgetMs - elapsedMs);
    const bar = byId('budget');
    bar.max = Math.max(1, budgetMs);
    bar.value = Math.min(left, bar.max);
    bar.className = isLeaving && left < budgetMs / 4 ? 'low' : '';
    const used = isLeaving ? ', ' + time(elapsedMs) + ' used' : ', from the signal on';
    write('budget-text', time(left) + ' left of ' + time(budgetMs) + used);
  };

  const hookState = ({ state }) => (state === 'failed' || state === 'timed-out' ? { bad: state.replace('-', ' ') } : state);
  const cut = (count) => (count > 0 ? { bad: String(count) } : '0');

  const show = (state) => {
    showPhase(state);
    showBudget(state);
    fill('work', state.work.rows.map((row) => [row.name, row.kind, String(row.count), time(row.oldestMs)]), state.work.more, 'Nothing is in flight.');
    write('work-count', String(state.inFlight));
    fill(
      'sources',
      state.sources.rows.map((row) => [row.name, String(row.inFlight), String(row.served), String(row.drained), String(row.refused), cut(row.interrupted)]),
      state.sources.more,
      'No source has had work yet.',
    );
    fill(
      'hooks',
      state.hooks.rows.map((row) => [row.name, row.place, hookState(row), row.durationMs === undefined ? '' : time(row.durationMs)]),
      state.hooks.more,
      'No hook was called yet.',
    );
    write('hooks-count', state.hooks.done + ' of ' + state.hooks.total + ' done');
    const waiting = state.end === undefined ? state.waitingFor : [];
    byId('waiting-section').hidden = waiting.length === 0;
    byId('waiting').replaceChildren(
      ...waiting.map((text) => {
        const item = document.createElement('li');
        item.textContent = text;
        return item;
      }),
    );
    tell(state);
    shown = state;
  };

  const endOf = ({ outcome, exitCode, durationMs, interrupted }) =>
    'Ended ' + outcome + ' after ' + time(durationMs) + ', exit code ' + exitCode + (interrupted > 0 ? ', ' + pieces(interrupted) + ' interrupted' : '');

  const tell = (state) => {
    const before = shown;
    if (state.end !== undefined) {
      const text = endOf(state.end);
      const heading = byId('headline');
      heading.className = state.end.outcome === 'clean' || state.end.outcome === 'unverified' ? 'good' : 'bad';
      write('headline', text);
      document.title = text;
      say(text + '.');
      return;
    }
    document.title = state.phase + ', ' + pieces(state.inFlight) + ' in flight';
    write('headline', state.isLeaving ? 'On its way out: ' + state.phase : 'Lifecycle of this process');
    if (before === undefined || before.phase !== state.phase) {
      say('Phase ' + state.phase + ', ' + pieces(state.inFlight) + ' in flight.');
      return;
    }
    const failed = (rows) => rows.filter((row) => row.state === 'failed' || row.state === 'timed-out');
    const failures = failed(state.hooks.rows);
    if (failures.length > failed(before.hooks.rows).length) {
      const last = failures[failures.length - 1];
      say('Hook ' + last.name + ' ' + last.state.replace('-', ' ') + '.');
    } else if (state.isLeaving && state.remainingMs < state.budgetMs / 4 && before.remainingMs >= state.budgetMs / 4) {
      say('Less than a quarter of the budget is left.');
    } else if (state.phase === 'draining' && state.inFlight === 0 && before.inFlight > 0) {
      say('Nothing is in flight any more.');
    }
  };

  const take = (data) => {
    newest = JSON.parse(data);
    if (!isPaused || newest.end !== undefined) show(newest);
  };

  const source = new EventSource(location.pathname);
  source.addEventListener('open', () => write('connection', isPaused ? 'Paused' : 'Live'));
  source.addEventListener('state', (event) => take(event.data));
  source.addEventListener('end', (event) => {
    isOver = true;
    source.close();
    take(event.data);
    byId('pause').hidden = true;
    write('connection', 'This was the last state. The process ends.');
  });
  source.addEventListener('error', () => {
    if (isOver) return;
    if (source.readyState === EventSource.CLOSED) {
      write('connection', 'Not connected: too many look at it, or it is gone. Reload to try again.');
      return;
    }
    write('connection', 'The connection is lost; trying again.');
    if (shown !== undefined) say('The connection is lost. The process may have ended without a word.');
  });

  byId('pause').addEventListener('click', () => {
    isPaused = !isPaused;
    byId('pause').setAttribute('aria-pressed', String(isPaused));
    write('connection', isPaused ? 'Paused' : 'Live');
    if (!isPaused && newest !== undefined) show(newest);
  });
})();
`;
