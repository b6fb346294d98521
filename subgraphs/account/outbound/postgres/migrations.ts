import { Migration } from '@mikro-orm/migrations'

class Account extends Migration {
  override up(): void {
    this.addSql(`
      create table users (
        id uuid primary key,
        name text not null,
        roles text[] not null
      );
      create table sign_in (
        identifier text primary key,
        user_id uuid not null references users (id)
      );
      create index sign_in_user on sign_in (user_id);
      create table machine_client (
        id text primary key,
        name text not null,
        secret_hash text not null,
        scopes text[] not null
      );
      create table signing_key (
        generation integer primary key, -- two replicas that make a key at once make the same generation: one is kept
        signs_from timestamptz not null,
        sealed text not null
      );
      create table provider_state (
        kind text not null,
        id text not null,
        payload jsonb not null,
        grant_id text,
        uid text,
        user_code text,
        consumed_at timestamptz,
        expires_at timestamptz,
        primary key (kind, id)
      );
      create index provider_state_grant on provider_state (grant_id) where grant_id is not null;
      create index provider_state_uid on provider_state (uid) where uid is not null;
      create index provider_state_user_code on provider_state (user_code) where user_code is not null;
      create index provider_state_expiry on provider_state (expires_at);
    `)
  }
}

class Revocations extends Migration {
  override up(): void {
    this.addSql(`
      create table revocation (
        kind text not null,
        id text not null,
        before bigint not null, -- seconds since 1970, as in tokens
        primary key (kind, id)
      );
    `)
  }
}

/** In the order they run; names never change. */
export const migrations = { '0001-account': Account, '0002-revocations': Revocations }
