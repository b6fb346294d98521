/** For subgraphs of a few lines. */
export const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.8", import: ["@key", "@external",
  "@requires", "@provides", "@shareable", "@inaccessible", "@interfaceObject", "@context", "@fromContext"])`

/** An entity is what stands in its reference. */
export const reference = { __resolveReference: async (known: object) => known }
