/**
 * Flags by which a Node process starts with a clock that is wrong, as on a machine whose time nobody keeps. What is
 * monotonic goes right. Knows no process.
 */

/** Empty for a clock that is right. */
export function clockAhead(aheadMs: number): readonly string[] {
  if (aheadMs === 0) return [];
  return ['--import', `data:text/javascript,${encodeURIComponent(programFor(aheadMs))}`];
}

function programFor(aheadMs: number): string {
  return `
    const RightDate = Date;
    const now = () => RightDate.now() + ${aheadMs};
    globalThis.Date = new Proxy(RightDate, {
      construct: (target, args, asked) => Reflect.construct(target, args.length === 0 ? [now()] : args, asked),
      apply: () => new RightDate(now()).toString(),
      get: (target, name, receiver) => (name === 'now' ? now : Reflect.get(target, name, receiver)),
    });`;
}
