/**
 * The environment as the template sets it, read by name at first use. A missing variable is a deployment fault
 * and stops the function at once with the variable's name.
 */
export function env(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`Environment variable ${name} is not set`);
  return value;
}
