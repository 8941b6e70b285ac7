//! `qun audit`: its lines and its exit codes.

use crate::harness::{TestQun, on_both, run};

on_both!(the_command_line_tells_whole_from_broken);

async fn the_command_line_tells_whole_from_broken(qun: &TestQun) {
    qun.with_org().await;
    let sealed = run(qun.url(), &["audit", "seal"]).await;
    assert_eq!((sealed.code, sealed.out.as_str()), (Some(0), "sealed 8\n"), "{}", sealed.err);

    let ran = run(qun.url(), &["audit", "verify"]).await;
    assert_eq!(ran.code, Some(0), "{} {}", ran.out, ran.err);
    let lines: Vec<&str> = ran.out.lines().collect();
    assert_eq!(lines.len(), 2, "{}", ran.out);
    for (line, begin) in
        lines.iter().zip(["acme sealed 6 waiting 0 head 6:", "globex sealed 2 waiting 0 head 2:"])
    {
        assert!(line.starts_with(begin) && line.ends_with(" whole"), "{line}");
    }
    let head = lines[0].split(' ').nth(6).expect("a head");
    let verify = ["audit", "verify", "--org", "acme", "--head", head];
    assert_eq!(run(qun.url(), &verify).await.code, Some(0));
    let other = head.replace("6:", "7:");
    let ran = run(qun.url(), &["audit", "verify", "--organization", "acme", "--head", &other]).await;
    assert_eq!(ran.code, Some(1));
    let told = "BROKEN: the chain ends with 6, and had come to 7: its end was cut off\n";
    assert!(ran.out.ends_with(told), "{}", ran.out);
    assert_eq!(run(qun.url(), &["audit", "verify", "--org", "nobody"]).await.code, Some(1));
}
