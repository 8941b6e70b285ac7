//! Second factors belong to accounts, which belong to no organization: they are read and written
//! through the system door.

use qun_domain::access::{ActiveFactor, GoodCode, RecoveryCode, SecondFactor, SecretHash, TotpSecret};
use qun_domain::fault::Fault;
use qun_domain::id::AccountId;
use qun_domain::time::Timestamp;

use crate::db::{SystemTx, column, timestamp, timestamp_or_none};

/// What an account keeps of its second factor.
pub(super) async fn of(door: &SystemTx, account: AccountId) -> Result<Option<SecondFactor>, Fault> {
    let sql = "SELECT secret, begun_at, active_since, last_step FROM second_factor WHERE account_id = $1";
    let rows = door.rows(sql, vec![account.0.into()]).await?;
    let Some(row) = rows.first() else { return Ok(None) };
    let secret: Vec<u8> = column(row, 0)?;
    let secret = secret.try_into().map_err(|_| {
        Fault::new(format!("second_factor.secret of {account} has not {} bytes", TotpSecret::BYTES))
    })?;
    let last_step: Option<i64> = column(row, 3)?;
    let active = match timestamp_or_none(row, 2)?.zip(last_step) {
        Some((since, last_step)) => {
            let recovery_codes = recovery_codes(door, account).await?;
            Some(ActiveFactor { since, last_step, recovery_codes })
        }
        None => None,
    };
    Ok(Some(SecondFactor { secret: TotpSecret::new(secret), begun_at: timestamp(row, 1)?, active }))
}

async fn recovery_codes(door: &SystemTx, account: AccountId) -> Result<Vec<SecretHash>, Fault> {
    let sql = "SELECT code_hash FROM recovery_code WHERE account_id = $1";
    let rows = door.rows(sql, vec![account.0.into()]).await?;
    let hash = |bytes: Vec<u8>| {
        bytes.try_into().map_err(|_| Fault::new(format!("recovery_code.code_hash of {account} is no hash")))
    };
    rows.iter().map(|row| hash(column(row, 0)?)).collect()
}

/// Since when an account has a second factor.
pub(in crate::access) async fn active_since(
    door: &SystemTx,
    account: AccountId,
) -> Result<Option<Timestamp>, Fault> {
    let sql = "SELECT active_since FROM second_factor WHERE account_id = $1";
    let rows = door.rows(sql, vec![account.0.into()]).await?;
    rows.first().map_or(Ok(None), |row| timestamp_or_none(row, 0))
}

/// Keeps a secret that waits for its confirmation, in the place of another that does; `false`
/// when one was confirmed.
pub(super) async fn begin(
    door: &SystemTx,
    account: AccountId,
    secret: &TotpSecret,
    now: Timestamp,
) -> Result<bool, Fault> {
    let begun = door
        .run(
            "INSERT INTO second_factor (account_id, secret, begun_at) VALUES ($1, $2, $3)
             ON CONFLICT (account_id) DO UPDATE SET secret = $2, begun_at = $3
             WHERE second_factor.active_since IS NULL",
            vec![account.0.into(), secret.bytes().to_vec().into(), now.millis().into()],
        )
        .await?;
    Ok(begun == 1)
}

/// Activates a second factor whose account is held.
pub(super) async fn activate(
    door: &SystemTx,
    account: AccountId,
    step: i64,
    now: Timestamp,
) -> Result<(), Fault> {
    let sql = "UPDATE second_factor SET active_since = $2, last_step = $3 WHERE account_id = $1";
    door.run(sql, vec![account.0.into(), now.millis().into(), step.into()]).await?;
    Ok(())
}

/// Uses a code up; `false` when somebody else was there first.
pub(super) async fn use_up(
    door: &SystemTx,
    account: AccountId,
    since: Timestamp,
    code: GoodCode,
) -> Result<bool, Fault> {
    let used = match code {
        GoodCode::Step(step) => {
            let sql = "UPDATE second_factor SET last_step = $3
                       WHERE account_id = $1 AND active_since = $2 AND last_step < $3";
            door.run(sql, vec![account.0.into(), since.millis().into(), step.into()]).await?
        }
        GoodCode::Recovery(hash) => {
            let sql = "DELETE FROM recovery_code WHERE account_id = $1 AND code_hash = $2";
            door.run(sql, vec![account.0.into(), hash.to_vec().into()]).await?
        }
    };
    Ok(used == 1)
}

/// Gives an account that is held other recovery codes.
pub(super) async fn replace_recovery_codes(
    door: &SystemTx,
    account: AccountId,
    codes: &[RecoveryCode],
) -> Result<(), Fault> {
    door.run("DELETE FROM recovery_code WHERE account_id = $1", vec![account.0.into()]).await?;
    for code in codes {
        let sql = "INSERT INTO recovery_code (account_id, code_hash) VALUES ($1, $2)";
        door.run(sql, vec![account.0.into(), code.hash().to_vec().into()]).await?;
    }
    Ok(())
}

/// Ends the second factor of an account that is held, and its recovery codes with it; `false`
/// when it has none.
pub(super) async fn end(door: &SystemTx, account: AccountId) -> Result<bool, Fault> {
    let sql = "DELETE FROM second_factor WHERE account_id = $1 AND active_since IS NOT NULL";
    Ok(door.run(sql, vec![account.0.into()]).await? == 1)
}
