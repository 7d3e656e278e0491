/**
 * A book in which every change is written down in order.
 */

export const book = {
  // Reason for the cast: an empty list does not say what will stand in it.
  entries: [] as string[],
  write(by: string, name: string) {
    book.entries.push(`${by} ${name}`);
    return { id: String(book.entries.length), by };
  },
};
