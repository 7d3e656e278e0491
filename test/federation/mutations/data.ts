/**
 * A book in which every change is written down in order.
 */

export const book = {
  entries: [] as string[],
  write(by: string, name: string) {
    book.entries.push(`${by} ${name}`);
    return { id: String(book.entries.length), by };
  },
};
