/** A value that is made when it is first asked for and then kept, so that loading a function does not wait for it. */
export function lazy<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
