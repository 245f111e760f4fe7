ThisBuild / scalaVersion := "2.12.18"

lazy val sparkVersion = "3.5.1"

lazy val clicks = (project in file("."))
  .settings(
    name := "clicks",
    version := "0.3.0",
    libraryDependencies ++= Seq(
      "org.apache.spark" %% "spark-sql" % sparkVersion % Provided,
      "org.scalatest" %% "scalatest" % "3.2.18" % Test
    )
  )
