/** Files that the bundler embeds as text (infra/bundle.ts). */
declare module "*.css" {
  const text: string;
  export default text;
}
