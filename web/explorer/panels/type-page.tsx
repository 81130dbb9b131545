import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLNamedType,
  type GraphQLSchema,
  type GraphQLType,
  getNamedType,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
} from 'graphql';
import { docs } from './places';

type AnyField = GraphQLField<unknown, unknown> | GraphQLInputField;

/** A type as it is written, whose name leads to it. */
export function TypeLink({ type }: { readonly type: GraphQLType }) {
  const { name } = getNamedType(type);
  const [before, after] = String(type).split(name);
  return (
    <code>
      {before}
      <button type="button" className="link" onClick={() => docs.go(name)}>
        {name}
      </button>
      {after}
    </code>
  );
}

/** Texts of the schema hold `code` and nothing else. */
function Text({ text }: { readonly text: string | null | undefined }) {
  if (!text) return null;
  const parts = text.split('`').map((part, at) => ({ part, at }));
  return (
    <p className="told">{parts.map(({ part, at }) => (at % 2 ? <code key={at}>{part}</code> : part))}</p>
  );
}

const Deprecated = ({ reason }: { readonly reason: string | null | undefined }) =>
  reason ? <p className="told">Deprecated: {reason}</p> : null;

const given = (value: unknown) => (value === undefined ? '' : ` = ${JSON.stringify(value)}`);

function Arguments({ args }: { readonly args: readonly GraphQLArgument[] }) {
  return (
    <ul className="docs">
      {args.map(({ name, type, description, defaultValue, deprecationReason }) => (
        <li key={name}>
          <code>{name}</code>: <TypeLink type={type} />
          {given(defaultValue)}
          <Text text={description} />
          <Deprecated reason={deprecationReason} />
        </li>
      ))}
    </ul>
  );
}

function FieldLine({ owner, field }: { readonly owner: GraphQLNamedType; readonly field: AnyField }) {
  const args = 'args' in field ? field.args : [];
  return (
    <li>
      <code>
        <button type="button" className="link" onClick={() => docs.go(owner.name, field.name)}>
          {field.name}
        </button>
        {args.length > 0 && `(${args.map(({ name }) => name).join(', ')})`}
      </code>
      : <TypeLink type={field.type} />
      {'defaultValue' in field && given(field.defaultValue)}
      <Text text={field.description} />
      <Deprecated reason={field.deprecationReason} />
    </li>
  );
}

function FieldPage({ owner, field }: { readonly owner: GraphQLNamedType; readonly field: AnyField }) {
  const args = 'args' in field ? field.args : [];
  return (
    <>
      <h3 className="name">
        {owner.name}.{field.name}
      </h3>
      <p>
        <TypeLink type={field.type} />
      </p>
      <Text text={field.description} />
      <Deprecated reason={field.deprecationReason} />
      {args.length > 0 && <h3>Arguments</h3>}
      <Arguments args={args} />
    </>
  );
}

function Names({ title, types }: { readonly title: string; readonly types: readonly GraphQLNamedType[] }) {
  if (types.length === 0) return null;
  return (
    <>
      <h3>{title}</h3>
      <ul className="docs">
        {types.map((type) => (
          <li key={type.name}>
            <TypeLink type={type} />
          </li>
        ))}
      </ul>
    </>
  );
}

interface Props {
  readonly schema: GraphQLSchema;
  readonly type: GraphQLNamedType;
  /** The one field to read about; null: the whole type. */
  readonly field: string | null;
}

/** All that the schema says about a type, or about one field of it. */
export function TypePage({ schema, type, field }: Props) {
  const isWithFields = isObjectType(type) || isInterfaceType(type) || isInputObjectType(type);
  const fields: Readonly<Record<string, AnyField>> = isWithFields ? type.getFields() : {};
  const one = field === null ? undefined : fields[field];
  if (one) return <FieldPage owner={type} field={one} />;
  return (
    <>
      <h3 className="name">{type.name}</h3>
      <Text text={type.description} />
      {isObjectType(type) && <Names title="Implements" types={type.getInterfaces()} />}
      {isAbstractType(type) && <Names title="One of" types={schema.getPossibleTypes(type)} />}
      {isWithFields && <h3>Fields</h3>}
      <ul className="docs">
        {Object.values(fields).map((item) => (
          <FieldLine key={item.name} owner={type} field={item} />
        ))}
      </ul>
      {isEnumType(type) && (
        <>
          <h3>Values</h3>
          <ul className="docs">
            {type.getValues().map(({ name, description, deprecationReason }) => (
              <li key={name}>
                <code>{name}</code>
                <Text text={description} />
                <Deprecated reason={deprecationReason} />
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}
