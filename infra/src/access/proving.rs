//! Why somebody did not prove who he is, in the words of whoever asked.

/// Says what a problem type makes of a password and of a code that prove nothing. It has the
/// variants `Throttled` and `Fault`.
macro_rules! proving {
    ($problem:ident { password: $wrong:ident, no_code: $required:ident, code: $bad:ident }) => {
        $crate::access::proving::proving!($problem { password: $wrong });

        impl From<$crate::access::second_factor::FactorProblem> for $problem {
            fn from(problem: $crate::access::second_factor::FactorProblem) -> Self {
                use $crate::access::second_factor::FactorProblem;
                match problem {
                    FactorProblem::Required => Self::$required,
                    FactorProblem::Bad => Self::$bad,
                    FactorProblem::Throttled { retry_after_seconds } => {
                        Self::Throttled { retry_after_seconds }
                    }
                    FactorProblem::Fault(fault) => Self::Fault(fault),
                }
            }
        }
    };
    ($problem:ident { password: $wrong:ident }) => {
        impl From<qun_domain::fault::Fault> for $problem {
            fn from(fault: qun_domain::fault::Fault) -> Self {
                Self::Fault(fault)
            }
        }

        impl From<$crate::access::log_in::ProofProblem> for $problem {
            fn from(problem: $crate::access::log_in::ProofProblem) -> Self {
                use $crate::access::log_in::ProofProblem;
                match problem {
                    ProofProblem::Wrong => Self::$wrong,
                    ProofProblem::Throttled { retry_after_seconds } => {
                        Self::Throttled { retry_after_seconds }
                    }
                    ProofProblem::Fault(fault) => Self::Fault(fault),
                }
            }
        }
    };
}

pub(super) use proving;
