/** Why a plan cannot be compiled. */
export class Uncompiled extends Error {}
