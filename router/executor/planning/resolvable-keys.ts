import { type DirectiveNode, Kind, parse, print, visit } from 'graphql'

/**
 * Supergraph SDL whose types list resolvable keys first; the same SDL if they do already. To return to a subgraph for a
 * field with @requires, the planner uses a type's first key, resolvable or not.
 */
export function withResolvableKeysFirst(sdl: string): string {
  const document = parse(sdl, { noLocation: true })
  const sorted = <Node extends { directives?: readonly DirectiveNode[] }>(node: Node): Node | undefined => {
    const { directives = [] } = node
    const [first, last] = [directives.filter((each) => !isUnresolvable(each)), directives.filter(isUnresolvable)]
    const inOrder = [...first, ...last]
    return inOrder.every((each, index) => each === directives[index]) ? undefined : { ...node, directives: inOrder }
  }
  const changed = visit(document, { ObjectTypeDefinition: sorted, InterfaceTypeDefinition: sorted })
  return changed === document ? sdl : print(changed)
}

const isUnresolvable = ({ name, arguments: args }: DirectiveNode) =>
  name.value === 'join__type' &&
  args?.some(
    (argument) => argument.name.value === 'resolvable' && argument.value.kind === Kind.BOOLEAN && !argument.value.value,
  ) === true
