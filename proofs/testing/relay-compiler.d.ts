declare module 'relay-compiler' {
  /** The program's path; null where there is none for the machine. */
  const program: string | null
  export default program
}
