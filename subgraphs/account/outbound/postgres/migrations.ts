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

class People extends Migration {
  override up(): void {
    this.addSql(`
      create table sign_in_attempt (
        id text primary key,
        phone text not null,
        code_hash text,
        code_expires_at timestamptz not null,
        tries integer not null default 0,
        verified boolean not null default false,
        expires_at timestamptz not null
      );
      create index sign_in_attempt_expiry on sign_in_attempt (expires_at);
      create table shared_limit (
        key text primary key,
        free_at timestamptz not null -- when all that was counted is forgotten
      );
      create index shared_limit_free on shared_limit (free_at);
      create table role_request (
        user_id uuid not null references users (id),
        role text not null,
        asked_at timestamptz not null,
        primary key (user_id, role)
      );
      create table address (
        user_id uuid not null references users (id),
        key text not null,
        label text not null,
        name text not null,
        phone text not null,
        address text not null,
        primary key (user_id, key)
      );
      create table app (
        id text primary key,
        name text not null,
        redirect_uris text[] not null
      );
      alter table sign_in add column since timestamptz not null default now();
      alter table users add column erased_at timestamptz, add column signed_out_at timestamptz;
      -- Null in rows of the release before, which signs nobody in.
      alter table provider_state add column account_id text;
    `)
  }
}

class PostalCodes extends Migration {
  override up(): void {
    this.addSql('alter table address add column postal_code text;')
  }
}

/** In the order they run; names never change. */
export const indexes = {
  // For ending all sessions and tokens of a person.
  provider_state_account: 'provider_state (account_id) where account_id is not null',
}

export const migrations = {
  '0001-account': Account,
  '0002-revocations': Revocations,
  '0003-people': People,
  '0004-postal-codes': PostalCodes,
}
