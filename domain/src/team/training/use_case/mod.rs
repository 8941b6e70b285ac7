mod archive_course;
mod complete;
mod create_course;
mod publish_version;
mod remind;

pub use archive_course::{ArchiveCourse, ArchiveCourseRefusal};
pub use complete::{
    CompletionOfOther, ConfirmTraining, ConfirmTrainingRefusal, RecordCompletion, RecordCompletionRefusal,
};
pub use create_course::{CreateCourse, CreateCourseRefusal};
pub use publish_version::{PublishCourseVersion, PublishCourseVersionRefusal};
pub use remind::{RemindOfTraining, RemindOfTrainingRefusal, Reminded};
